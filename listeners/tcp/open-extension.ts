import { type Any, type AnyMessage, create, openAny } from '../../src/api/index.ts';
import { ConfigError, type Problems } from '../../src/base/errors.ts';
import type { ExtensionDefinition, ExtensionKind, ExtensionRegistry } from '../../src/extension/registry.ts';

/** An extension that the configuration names, with its message. */
export interface Named {
  readonly definition: ExtensionDefinition;
  readonly message: AnyMessage;
}

/**
 * Finds who compiles a `typed_config`; without one the name must be that of an extension, which gets its defaults. Null after a
 * problem. `problems` stands at the message that holds name and config.
 */
export function openExtension(
  registry: ExtensionRegistry,
  kind: ExtensionKind,
  name: string,
  config: Any | undefined,
  problems: Problems,
): Named | null {
  if (config === undefined) {
    const definition = registry.findByName(kind, name);
    if (definition !== null) return { definition, message: create(definition.message) };
    problems.add('missing', `${JSON.stringify(name)} needs a typed_config`);
    return null;
  }
  const here = problems.at('typed_config');
  try {
    const opened = openAny(config);
    const definition = registry.find(kind, opened.typeName);
    if (opened.kind === 'message' && definition !== null) return { definition, message: opened.message };
    here.add('unknown_type', `no ${kind.replaceAll('_', ' ')} is registered for ${opened.typeName || 'an empty type URL'}`);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) here.add(problem.code, problem.message, problem.hint);
  }
  return null;
}
