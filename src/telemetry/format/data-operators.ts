/** What filters left behind: dynamic metadata and filter state. */
import type { LogEntry } from '../access-log.ts';
import type { Described, FilterStateKey, MetadataValue, StreamInfo } from '../stream-info.ts';
import { oneLine, toBytes } from './byte-text.ts';
import { jsonString, metadataJson } from './json-text.ts';
import type { Catalog, OperatorKind, OperatorRequest } from './kind.ts';
import { ConstantOperator, Operator } from './operator.ts';

/** Text as it is, anything else as JSON. Structures are not truncated. */
class Metadata extends Operator {
  readonly source: MetadataSource;
  readonly namespace: string;
  readonly path: readonly string[];

  constructor(source: MetadataSource, namespace: string, path: readonly string[]) {
    super();
    this.source = source;
    this.namespace = namespace;
    this.path = path;
  }

  text(entry: LogEntry): string | null {
    const value = this.#value(entry);
    if (value === undefined) return null;
    return typeof value === 'string' ? toBytes(value) : metadataJson(value);
  }

  override line(entry: LogEntry): string | null {
    const text = this.text(entry);
    return text === null ? null : oneLine(text);
  }

  override json(entry: LogEntry): string {
    const value = this.#value(entry);
    return value === undefined ? 'null' : metadataJson(value);
  }

  #value(entry: LogEntry): MetadataValue | undefined {
    let value = namespaceOf(this.source(entry.info), this.namespace);
    for (const key of this.path) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
      value = Object.hasOwn(value, key) ? value[key] : undefined;
    }
    // Of what is null there is nothing to say.
    return value === null && this.path.length > 0 ? undefined : value;
  }
}

type MetadataSource = (info: StreamInfo) => Described['metadata'];

/** What filters wrote down is a map; configurations hold messages. */
function namespaceOf(metadata: Described['metadata'], namespace: string): MetadataValue | undefined {
  if (metadata === null || metadata === undefined) return undefined;
  if (metadata instanceof Map) return metadata.get(namespace) as MetadataValue | undefined;
  return Object.hasOwn(metadata, namespace) ? (metadata as Record<string, MetadataValue>)[namespace] : undefined;
}

function metadata(param: string, source: MetadataSource): Operator {
  const [namespace = '', ...path] = param.split(':');
  return new Metadata(source, namespace, path);
}

/** Kinds of `%METADATA(KIND:…)%`. */
const SOURCES: Readonly<Record<string, MetadataSource>> = {
  DYNAMIC: (info) => info.metadata,
  CLUSTER: (info) => info.cluster?.metadata,
  ROUTE: (info) => info.route?.metadata,
  UPSTREAM_HOST: (info) => info.host?.metadata,
  LISTENER: (info) => info.downstream.listenerMetadata,
  LISTENER_FILTER_CHAIN: (info) => info.downstream.filterChainMetadata,
  VIRTUAL_HOST: (info) => info.route?.virtualHost.metadata,
};

function metadataOf({ param, fail }: OperatorRequest): Operator | null {
  const at = param.indexOf(':');
  const kind = at < 0 ? param : param.slice(0, at);
  const source = Object.hasOwn(SOURCES, kind) ? SOURCES[kind] : undefined;
  return source === undefined ? fail(`has no kind of metadata "${kind}"`) : metadata(at < 0 ? '' : param.slice(at + 1), source);
}

function metadataOfKind(kind: keyof typeof SOURCES, length: boolean): OperatorKind {
  return { params: 'required', length, make: ({ param }) => metadata(param, SOURCES[kind] as MetadataSource) };
}

class FilterState extends Operator {
  readonly key: string;
  readonly typed: boolean;

  constructor(key: string, typed: boolean) {
    super();
    this.key = key;
    this.typed = typed;
  }

  text(entry: LogEntry): string | null {
    return this.typed ? this.#typed(entry) : this.#plain(entry);
  }

  override line(entry: LogEntry): string | null {
    const text = this.text(entry);
    return text === null ? null : oneLine(text);
  }

  override json(entry: LogEntry): string {
    if (this.typed) return this.#typed(entry) ?? 'null';
    const text = this.#plain(entry);
    return text === null ? 'null' : jsonString(text);
  }

  #typed(entry: LogEntry): string | null {
    const found = this.#find(entry);
    if (found === null) return null;
    const [key, value] = found;
    if (key.json !== null) return toBytes(key.json(value));
    return key.serialize === null ? null : jsonString(toBytes(key.serialize(value)));
  }

  #plain(entry: LogEntry): string | null {
    const found = this.#find(entry);
    if (found === null) return null;
    const [key, value] = found;
    return key.serialize === null ? null : toBytes(key.serialize(value));
  }

  #find(entry: LogEntry): readonly [FilterStateKey<unknown>, unknown] | null {
    const { filterState } = entry.info;
    if (filterState === null) return null;
    for (const found of filterState) if (found[0].name === this.key) return found;
    return null;
  }
}

function filterState({ param, fail }: OperatorRequest): Operator | null {
  const [key = '', form = 'TYPED', ...more] = param.split(':');
  if (key === '') return fail('takes a key');
  if (form === 'FIELD') return fail('fields of filter state are not supported, only PLAIN and TYPED');
  if (more.length > 0 || (form !== 'TYPED' && form !== 'PLAIN')) return fail(`has no option "${form}", only PLAIN and TYPED`);
  return new FilterState(key, form === 'TYPED');
}

export const DATA_OPERATORS: Catalog = {
  DYNAMIC_METADATA: metadataOfKind('DYNAMIC', true),
  CLUSTER_METADATA: metadataOfKind('CLUSTER', false),
  UPSTREAM_METADATA: metadataOfKind('UPSTREAM_HOST', false),
  METADATA: { params: 'required', length: true, make: metadataOf },
  FILTER_STATE: { params: 'required', length: true, make: filterState },
  // What hosts and transport sockets leave behind: nothing here does.
  UPSTREAM_FILTER_STATE: {
    params: 'required',
    length: true,
    make: (request) => (filterState(request) === null ? null : new ConstantOperator(null)),
  },
};
