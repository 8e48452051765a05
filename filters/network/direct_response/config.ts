/** envoy.extensions.filters.network.direct_response.v3.Config → the bytes that every client gets. */
import { readFileSync } from 'node:fs';
import { type Message, refuseOthers } from '../../../src/api/index.ts';
import type { FactoryContext } from '../../../src/upstream/factory-context.ts';

type Config = Message<'envoy.extensions.filters.network.direct_response.v3.Config'>;

const SOURCE = new Set(['filename', 'inline_bytes', 'inline_string', 'environment_variable']);

/** Null after a problem. Without a response the bytes are none: clients are sent away. */
export function compileDirectResponse({ response }: Config, context: FactoryContext): Buffer | null {
  if (response === undefined) return Buffer.alloc(0);
  const problems = context.problems.at('response');
  if (!refuseOthers(response, SOURCE, problems)) return null;
  const { specifier } = response;
  switch (specifier.case) {
    case 'inlineString':
      return Buffer.from(specifier.value, 'utf8');
    case 'inlineBytes':
      return Buffer.from(specifier.value);
    case 'environmentVariable': {
      const value = context.options.environment?.[specifier.value];
      if (value !== undefined) return Buffer.from(value, 'utf8');
      problems.at('environment_variable').add('unresolved', `there is no variable ${specifier.value}`);
      return null;
    }
    case 'filename':
      try {
        return readFileSync(specifier.value);
      } catch (error) {
        problems.at('filename').add('io', error instanceof Error ? error.message : String(error));
        return null;
      }
    default:
      problems.add('missing', 'the source is empty');
      return null;
  }
}
