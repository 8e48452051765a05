/** What filters left behind: dynamic metadata and filter state. */
import type { LogEntry } from '../access-log.ts';
import type { FilterStateKey, MetadataValue } from '../stream-info.ts';
import { oneLine, toBytes } from './byte-text.ts';
import { jsonString, metadataJson } from './json-text.ts';
import type { Catalog, OperatorRequest } from './kind.ts';
import { Operator } from './operator.ts';

/** Text as it is, anything else as JSON. Structures are not truncated. */
class Metadata extends Operator {
  readonly namespace: string;
  readonly path: readonly string[];

  constructor(namespace: string, path: readonly string[]) {
    super();
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
    let value: MetadataValue | undefined = entry.info.metadata?.get(this.namespace);
    for (const key of this.path) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
      value = Object.hasOwn(value, key) ? value[key] : undefined;
    }
    return value;
  }
}

function metadata(param: string): Operator {
  const [namespace = '', ...path] = param.split(':');
  return new Metadata(namespace, path);
}

/** Kinds of `%METADATA(KIND:…)%` that Envoy knows beside DYNAMIC. */
const OTHER_KINDS: ReadonlySet<string> = new Set([
  'CLUSTER',
  'ROUTE',
  'UPSTREAM_HOST',
  'LISTENER',
  'LISTENER_FILTER_CHAIN',
  'VIRTUAL_HOST',
]);

function metadataOf({ param, fail }: OperatorRequest): Operator | null {
  const at = param.indexOf(':');
  const kind = at < 0 ? param : param.slice(0, at);
  if (kind === 'DYNAMIC') return metadata(at < 0 ? '' : param.slice(at + 1));
  return fail(OTHER_KINDS.has(kind) ? `metadata of kind ${kind} is not supported, only DYNAMIC` : `has no kind of metadata "${kind}"`);
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
  DYNAMIC_METADATA: { params: 'required', length: true, make: ({ param }) => metadata(param) },
  METADATA: { params: 'required', length: true, make: metadataOf },
  FILTER_STATE: { params: 'required', length: true, make: filterState },
};
