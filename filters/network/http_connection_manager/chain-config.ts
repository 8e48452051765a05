/** `http_filters` → FilterChain. */
import { type Any, type AnyMessage, create, type Message, openAny, refuseOthers } from '../../../src/api/index.ts';
import { ConfigError, type Problems } from '../../../src/base/errors.ts';
import { FilterChain } from '../../../src/http/conn-manager/filter-chain.ts';
import type { HttpFilterFactory } from '../../../src/http/filter.ts';
import { SWITCHABLE_FILTERS } from '../../../src/http/routing/filter-settings.ts';
import type { HttpFilterDefinition, ListenerContext } from '../../../src/upstream/factory-context.ts';
import { FilterContext } from '../../../src/upstream/http-filter-context.ts';

type HttpFilter = Message<'envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter'>;

const HONOURED = new Set(['name', 'typed_config', 'is_optional', 'disabled']);

/** Null after a problem. `problems` stands at `http_filters`; `names` are those that route tables are compiled for, added to where a filter is new. */
export function compileChain(
  messages: readonly HttpFilter[],
  statPrefix: string,
  context: ListenerContext,
  problems: Problems,
  names: string[] | null = null,
): FilterChain | null {
  const factories: HttpFilterFactory[] = [];
  let offByDefault = 0;
  let complete = true;
  messages.forEach((message, i) => {
    const at = problems.at(i);
    if (!refuseOthers(message, HONOURED, at, { config_discovery: 'use typed_config' })) complete = false;
    const found = open(message, context, at);
    if (found === 'left out') return;
    const factory =
      found === null
        ? null
        : found.definition.compile(found.message as never, new FilterContext(context, statPrefix, message.name, at.at('typed_config')));
    if (factory === null) {
      complete = false;
      return;
    }
    if (message.disabled) {
      if (factories.length >= SWITCHABLE_FILTERS)
        at.at('disabled').add('unsupported', `only the first ${SWITCHABLE_FILTERS} filters can be disabled`);
      else if (factory.terminal) at.at('disabled').add('bad_value', 'a terminal filter cannot be disabled');
      else offByDefault |= 1 << factories.length;
    }
    if (factory.terminal && i < messages.length - 1) {
      at.add('bad_value', `${message.name} is a terminal filter and must be the last`);
      complete = false;
    }
    factories.push(factory);
  });
  if (!complete) return null;
  if (factories.at(-1)?.terminal !== true) {
    problems.add('missing', 'the last filter must be a terminal one', 'add envoy.filters.http.router');
    return null;
  }
  return new FilterChain(factories, offByDefault, names === null ? null : factories.map((factory) => placeOf(factory.name, names)));
}

function placeOf(name: string, names: string[]): number {
  const at = names.indexOf(name);
  return at >= 0 ? at : names.push(name) - 1;
}

interface Found {
  readonly definition: HttpFilterDefinition;
  readonly message: AnyMessage;
}

function open(filter: HttpFilter, context: ListenerContext, problems: Problems): Found | 'left out' | null {
  const config: Any | undefined = filter.configType.case === 'typedConfig' ? filter.configType.value : undefined;
  if (filter.configType.case === 'configDiscovery') return null;
  if (config === undefined) {
    const byName = context.registry.findByName('http_filter', filter.name) as HttpFilterDefinition | null;
    if (byName !== null) return { definition: byName, message: create(byName.message) };
    problems.add('missing', `${JSON.stringify(filter.name)} needs a typed_config`);
    return null;
  }
  const here = problems.at('typed_config');
  try {
    const opened = openAny(config);
    const definition = context.registry.find('http_filter', opened.typeName) as HttpFilterDefinition | null;
    if (opened.kind === 'message' && definition !== null) return { definition, message: opened.message };
    if (filter.isOptional) return 'left out';
    here.add('unknown_type', `no http filter is registered for ${opened.typeName || 'an empty type URL'}`);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) here.add(problem.code, problem.message, problem.hint);
  }
  return null;
}
