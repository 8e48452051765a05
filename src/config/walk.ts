/**
 * Walks YAML nodes beside the descriptor of the message that they should become (proto3 JSON mapping,
 * protobuf.dev/programming-guides/json). The protobuf runtime would name neither path nor position; this walk finds every
 * mismatch with both, and answers a JSON value that is then sure to decode.
 */
import { isMap, isNode, isPair, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml';
import {
  type DescEnum,
  type DescField,
  type DescMessage,
  fieldsOf,
  findSchema,
  type JsonInput,
  ScalarType,
  typeNameOf,
  typeNames,
} from '../api/index.ts';
import type { ConfigErrorCode, Problem } from '../base/errors.ts';
import type { PositionIndex } from './position-index.ts';
import { freeValue, type ScalarKind, scalarValue } from './scalars.ts';
import type { ParsedText } from './source.ts';
import { didYouMean, nearest } from './suggest.ts';
import { movedField, movedValue } from './v2-fields.ts';

/** Deeper nesting than any real configuration; keeps a hostile file from exhausting the stack. */
const MAX_DEPTH = 128;
/** Aliases are expanded here: bounds what a few of them may multiply to. */
const MAX_NODES = 1_000_000;

const STRUCTS: ReadonlySet<string> = new Set(['google.protobuf.Struct', 'google.protobuf.Value', 'google.protobuf.ListValue']);
/** Messages that JSON writes as one scalar, and messages that stand in the `value` key of an Any. */
const SCALAR_MESSAGES: ReadonlyMap<string, ScalarKind> = new Map<string, ScalarKind>([
  ['google.protobuf.Duration', 'duration'],
  ['google.protobuf.Timestamp', 'timestamp'],
  ['google.protobuf.FieldMask', 'mask'],
  ['google.protobuf.BoolValue', ScalarType.BOOL],
  ['google.protobuf.StringValue', ScalarType.STRING],
  ['google.protobuf.BytesValue', ScalarType.BYTES],
  ['google.protobuf.DoubleValue', ScalarType.DOUBLE],
  ['google.protobuf.FloatValue', ScalarType.FLOAT],
  ['google.protobuf.Int32Value', ScalarType.INT32],
  ['google.protobuf.Int64Value', ScalarType.INT64],
  ['google.protobuf.UInt32Value', ScalarType.UINT32],
  ['google.protobuf.UInt64Value', ScalarType.UINT64],
]);

/** Of wrappers that are written without their value. */
const DEFAULTS: ReadonlyMap<ScalarType, JsonInput> = new Map<ScalarType, JsonInput>([
  [ScalarType.BOOL, false],
  [ScalarType.STRING, ''],
  [ScalarType.BYTES, ''],
]);

type Json = JsonInput | undefined;

export class Walk {
  readonly problems: Problem[] = [];
  readonly #text: ParsedText;
  readonly #index: PositionIndex;
  readonly #allowUnknown: boolean;
  #nodes = 0;
  /** Unknown fields that were let through (`--allow-unknown-static-fields`): a counter and a log line of the caller. */
  readonly unknown: string[] = [];

  constructor(text: ParsedText, index: PositionIndex, allowUnknown: boolean) {
    this.#text = text;
    this.#index = index;
    this.#allowUnknown = allowUnknown;
  }

  /** JSON of a message; undefined when nothing usable stands there (the reason is in `problems`). */
  message(given: unknown, desc: DescMessage, path: string, depth = 0): Json {
    const node = this.#enter(given, path, depth);
    if (node === undefined) return undefined;
    if (desc.typeName === 'google.protobuf.Any') return this.#any(node, path, depth);
    if (STRUCTS.has(desc.typeName)) return this.#struct(node, desc.typeName, path, depth);
    const scalar = SCALAR_MESSAGES.get(desc.typeName);
    if (scalar !== undefined) return isMap(node) ? this.#spelledOut(node, desc, path, depth) : this.#scalar(node, scalar, path);
    if (!isMap(node)) return this.#wrong(node, path, `expected ${article(desc.name)} (a mapping), got ${kindOf(node)}`);
    return this.#fields(node, desc, path, depth, false);
  }

  /** A message that JSON writes as one value, written field by field: Envoy takes `{ seconds: 5 }` for a duration, too. */
  #spelledOut(map: YAMLMap, desc: DescMessage, path: string, depth: number): Json {
    const fields = this.#fields(map, desc, path, depth, false) as { readonly [key: string]: JsonInput };
    switch (desc.typeName) {
      case 'google.protobuf.Duration': {
        const nanos = Number(fields['nanos'] ?? 0);
        const fraction = nanos === 0 ? '' : `.${String(Math.abs(nanos)).padStart(9, '0')}`;
        return `${nanos < 0 && (fields['seconds'] ?? 0) === 0 ? '-' : ''}${fields['seconds'] ?? 0}${fraction}s`;
      }
      case 'google.protobuf.Timestamp':
      case 'google.protobuf.FieldMask':
        return this.#wrong(map, path, 'expected a single value, got a mapping');
      default:
        return fields['value'] ?? DEFAULTS.get(SCALAR_MESSAGES.get(desc.typeName) as ScalarType) ?? 0;
    }
  }

  #fields(map: YAMLMap, desc: DescMessage, path: string, depth: number, isAny: boolean): Json {
    const out: { [key: string]: JsonInput } = {};
    const seen = new Map<string, string>();
    for (const pair of this.#entries(map)) {
      if (!isScalar(pair.key)) {
        this.#wrong(map, path, 'keys must be plain field names');
        continue;
      }
      const key = String(pair.key.value);
      if (isAny && key === '@type') continue;
      const field = fieldsOf(desc).get(key);
      if (field === undefined) {
        this.#unknownField(pair, key, desc, path);
        continue;
      }
      const at = path === '' ? field.name : `${path}.${field.name}`;
      this.#index.set(at, this.#text.positionOf(pair.key));
      if (isNull(this.#text.resolve(pair.value)) && !holdsNull(field)) continue;
      if (seen.has(field.name)) {
        const before = seen.get(field.name);
        this.#add(
          pair.key,
          at,
          'duplicate',
          `"${key}" is set twice${before === key ? '' : ` (as "${before}" and as "${key}")`}`,
          'keep one of them',
        );
        continue;
      }
      seen.set(field.name, key);
      const rival = field.oneof?.fields.find((other) => other !== field && seen.has(other.name));
      if (rival !== undefined) {
        this.#add(pair.key, at, 'oneof', `"${field.name}" and "${rival.name}" exclude each other`, 'keep one of them');
        continue;
      }
      const value = this.#field(pair.value, field, at, depth + 1);
      if (value !== undefined) out[field.jsonName] = value;
    }
    return out;
  }

  #field(node: unknown, field: DescField, path: string, depth: number): Json {
    switch (field.fieldKind) {
      case 'message':
        return this.message(node, field.message, path, depth);
      case 'enum':
        return this.#enum(this.#enter(node, path, depth), field.enum, path);
      case 'scalar':
        return this.#scalarNode(node, field.scalar, path, depth);
      case 'list': {
        const list = this.#enter(node, path, depth);
        if (list === undefined) return undefined;
        // Envoy's reader takes one element for a list of it.
        const items = isSeq(list) ? list.items : [list];
        const out: JsonInput[] = [];
        items.forEach((item, i) => {
          const at = `${path}[${i}]`;
          this.#index.set(at, this.#text.positionOf(item));
          const value =
            field.listKind === 'message'
              ? this.message(item, field.message, at, depth + 1)
              : field.listKind === 'enum'
                ? this.#enum(this.#enter(item, at, depth), field.enum, at)
                : this.#scalarNode(item, field.scalar, at, depth + 1);
          if (value !== undefined) out.push(value);
        });
        return out;
      }
      case 'map': {
        const map = this.#enter(node, path, depth);
        if (!isMap(map)) return this.#wrong(map, path, `expected a mapping, got ${kindOf(map)}`);
        const out: { [key: string]: JsonInput } = {};
        for (const pair of this.#entries(map)) {
          if (!isScalar(pair.key)) {
            this.#wrong(map, path, 'keys must be scalars');
            continue;
          }
          const key = String(pair.key.value);
          const at = `${path}["${key}"]`;
          if (Object.hasOwn(out, key)) {
            this.#twice(pair.key, at, key);
            continue;
          }
          this.#index.set(at, this.#text.positionOf(pair.key));
          const value =
            field.mapKind === 'message'
              ? this.message(pair.value, field.message, at, depth + 1)
              : field.mapKind === 'enum'
                ? this.#enum(this.#enter(pair.value, at, depth), field.enum, at)
                : this.#scalarNode(pair.value, field.scalar, at, depth + 1);
          if (value !== undefined) setOwn(out, key, value);
        }
        return out;
      }
    }
  }

  #any(node: unknown, path: string, depth: number): Json {
    if (!isMap(node)) return this.#wrong(node, path, `expected a mapping with "@type", got ${kindOf(node)}`);
    const url = this.#text.resolve(node.get('@type', true));
    if (!isScalar(url) || typeof url.value !== 'string') {
      this.#add(node, path, 'missing', 'an "@type" is needed here', 'e.g. "@type": type.googleapis.com/envoy.…');
      return undefined;
    }
    const name = typeNameOf(url.value);
    const desc = findSchema(name);
    if (desc === undefined) {
      this.#add(url, `${path}.@type`, 'unknown_type', `unknown type "${url.value}"${isV2(name) ? ' (v2)' : ''}`, didYouMeanType(name));
      return undefined;
    }
    if (!url.value.includes('/')) {
      this.#add(url, `${path}.@type`, 'bad_value', `"${url.value}" is no type URL`, `write "type.googleapis.com/${name}"`);
      return undefined;
    }
    const type = { '@type': url.value };
    if (desc.typeName === 'google.protobuf.Any' || STRUCTS.has(desc.typeName) || SCALAR_MESSAGES.has(desc.typeName)) {
      const value = this.message(node.get('value', true), desc, `${path}.value`, depth + 1);
      return value === undefined ? undefined : { ...type, value };
    }
    const fields = this.#fields(node, desc, path, depth, true);
    return fields === undefined ? undefined : { ...type, ...(fields as { [key: string]: JsonInput }) };
  }

  #struct(node: unknown, typeName: string, path: string, depth: number): Json {
    if (typeName === 'google.protobuf.Struct' && !isMap(node)) return this.#wrong(node, path, `expected a mapping, got ${kindOf(node)}`);
    if (typeName === 'google.protobuf.ListValue' && !isSeq(node)) return this.#wrong(node, path, `expected a list, got ${kindOf(node)}`);
    return this.#free(node, path, depth);
  }

  /** Content without a schema: as it stands. */
  #free(given: unknown, path: string, depth: number): Json {
    const node = this.#enter(given, path, depth);
    if (isMap(node)) {
      const out: { [key: string]: JsonInput } = {};
      for (const pair of this.#entries(node)) {
        const key = isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
        if (Object.hasOwn(out, key)) {
          this.#twice(pair.key, `${path}.${key}`, key);
          continue;
        }
        const value = this.#free(pair.value, `${path}.${key}`, depth + 1);
        if (value !== undefined) setOwn(out, key, value);
      }
      return out;
    }
    if (isSeq(node)) return node.items.map((item, i) => this.#free(item, `${path}[${i}]`, depth + 1) ?? null);
    return isScalar(node) ? freeValue(node as Scalar) : null;
  }

  /** Of a mapping, without what a tag excludes: `!ignore` marks a place for anchors (Envoy docs: configuration/overview/extension). */
  #entries(map: YAMLMap): readonly Pair[] {
    return this.#text.entriesOf(map).filter((pair) => isPair(pair) && !(isScalar(pair.key) && pair.key.tag === '!ignore'));
  }

  #twice(node: unknown, path: string, key: string): void {
    this.#add(node, path, 'duplicate', `"${key}" is set twice`, 'keep one of them');
  }

  #enum(node: unknown, desc: DescEnum, path: string): Json {
    if (!isScalar(node)) return this.#wrong(node, path, `expected a value of ${desc.name}, got ${kindOf(node)}`);
    const { value } = node;
    const names = desc.values.map((v) => v.name);
    if (typeof value === 'string') {
      // Envoy's reader does not mind the case.
      const name = names.includes(value) ? value : names.find((each) => each === value.toUpperCase());
      if (name !== undefined) return name;
    }
    if ((typeof value === 'bigint' || /^\d+$/.test(String(value))) && desc.value[Number(value)] !== undefined) return Number(value);
    if (desc.typeName === 'google.protobuf.NullValue') return null;
    const hint = movedValue(desc.typeName, String(value)) ?? didYouMean(String(value), names) ?? `one of ${names.slice(0, 12).join(', ')}`;
    return this.#add(node, path, 'bad_enum', `"${String(value)}" is no value of ${desc.typeName}`, hint);
  }

  #scalarNode(given: unknown, type: ScalarType, path: string, depth: number): Json {
    const node = this.#enter(given, path, depth);
    return node === undefined ? undefined : this.#scalar(node, type, path);
  }

  #scalar(node: unknown, type: ScalarKind, path: string): Json {
    if (!isScalar(node)) return this.#wrong(node, path, `expected a single value, got ${kindOf(node)}`);
    const result = scalarValue(node as Scalar, type);
    if (result.ok) return result.value;
    return this.#add(node, path, result.code, result.message, result.hint);
  }

  #enter(given: unknown, path: string, depth: number): Node | undefined {
    const node = this.#text.resolve(given);
    if (depth > MAX_DEPTH || ++this.#nodes > MAX_NODES) {
      if (this.#nodes <= MAX_NODES + 1) this.#add(given, path, 'syntax', 'nested too deeply or expanded too far');
      return undefined;
    }
    if (node === undefined || node === null) {
      this.#add(given, path, 'syntax', 'nothing stands here, or an alias has no anchor');
      return undefined;
    }
    return node as Node;
  }

  #unknownField(pair: Pair, key: string, desc: DescMessage, path: string): void {
    const at = path === '' ? key : `${path}.${key}`;
    if (this.#allowUnknown) {
      this.unknown.push(at);
      return;
    }
    const names = desc.fields.map((f) => f.name);
    const anchor = isNode(pair.value) && pair.value.anchor !== undefined ? `to keep anchors here, write "!ignore ${key}"` : undefined;
    const hint = movedField(desc.typeName, key, names) ?? anchor ?? didYouMean(key, names);
    this.#add(pair.key, at, 'unknown_field', `unknown field "${key}" of ${desc.typeName}`, hint);
  }

  #wrong(node: unknown, path: string, message: string, hint?: string): undefined {
    return node === undefined ? undefined : this.#add(node, path, 'wrong_kind', message, hint);
  }

  #add(node: unknown, path: string, code: ConfigErrorCode, message: string, hint?: string): undefined {
    this.problems.push({ code, path, message, position: this.#text.positionOf(node), ...(hint === undefined ? {} : { hint }) });
    return undefined;
  }
}

function isNull(node: unknown): boolean {
  return node === null || (isScalar(node) && (node.value === null || node.value === undefined));
}

/** `null` is a value only for google.protobuf.Value. */
function holdsNull(field: DescField): boolean {
  return field.fieldKind === 'message' && field.message.typeName === 'google.protobuf.Value';
}

function kindOf(node: unknown): string {
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  if (isScalar(node)) return node.value === null ? 'nothing' : `"${String(node.value)}"`;
  return 'nothing';
}

function article(name: string): string {
  return /^[AEIOU]/.test(name) ? `an ${name}` : `a ${name}`;
}

/** A plain assignment to `__proto__` would change the object instead of adding a key. */
function setOwn(target: { [key: string]: JsonInput }, key: string, value: JsonInput): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

/** The packages of v2: `envoy.api.v2`, `envoy.config.filter.….v2`, `envoy.type`. */
function isV2(name: string): boolean {
  return /^envoy\..*\bv2(alpha\d*)?\./.test(name);
}

/** The last part of the name decides; of several types of that name, the nearest as a whole. */
function didYouMeanType(name: string): string | undefined {
  const all = [...typeNames()];
  const last = nearest(lastOf(name), new Set(all.map(lastOf)));
  const same = all.filter((other) => lastOf(other) === last);
  const guess = nearest(name, same) ?? same[0];
  return guess === undefined ? undefined : `did you mean "${guess}"?`;
}

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
