import {
  clone as cloneMessage,
  create as createMessage,
  type DescMessage,
  equals as equalMessages,
  fromBinary as fromBinaryMessage,
  fromJson as fromJsonMessage,
  type JsonValue,
  type MessageInitShape,
  type Message as MessageOf,
  toBinary as toBinaryMessage,
} from '@bufbuild/protobuf';
import type { GenMessage } from '@bufbuild/protobuf/codegenv2';
import { ConfigError } from '../base/errors.ts';
import type { TypeMap } from './gen/typemap.d.ts';
import { registry } from './pool.ts';

/** Full name of a message, without `type.googleapis.com/`. The name is the handle: nothing is linked until a function here gets it. */
export type MessageName = keyof TypeMap;
/** The message of that name: `Message<'envoy.config.cluster.v3.Cluster'>`. Fields are camelCase, oneofs are `{case, value}`, int64 is bigint, wrappers are `T | undefined`. */
export type Message<N extends MessageName = MessageName> = TypeMap[N];
/** Any message at all; `$typeName` says which. */
export type AnyMessage = MessageOf;
/** What `create` takes: every field optional, nested messages as plain objects. */
export type Init<N extends MessageName> = MessageInitShape<Schema<N>>;
/** Descriptor of a message, typed. */
export type Schema<N extends MessageName> = GenMessage<TypeMap[N]>;

/** The descriptor of a message of the API. The compiler knows all names, so an unknown one is a broken build. */
export function schema<N extends MessageName>(name: N): Schema<N> {
  const found = registry.getMessage(name);
  if (found === undefined) throw new Error(`the API has no message ${name}`);
  return found as Schema<N>;
}

/** The descriptor for a name that came from outside (a type URL), or undefined when the API does not have it. */
export function findSchema(name: string): DescMessage | undefined {
  return registry.getMessage(name);
}

/** Whether a message is of that type. */
export function isMessage<N extends MessageName>(message: AnyMessage | undefined, name: N): message is Message<N> {
  return message?.$typeName === name;
}

export function create<N extends MessageName>(name: N, init?: Init<N>): Message<N> {
  return createMessage(schema(name), init) as Message<N>;
}

/**
 * Decodes the wire form. Bytes fields (`Any.value` among them) are views on `bytes`: keep them only through `openAny`
 * or `copyAny`. Fields that the API does not know are kept and written again.
 * @throws ConfigError `syntax` when the bytes are no such message
 */
export function fromBinary<N extends MessageName>(name: N, bytes: Uint8Array): Message<N> {
  return decode(schema(name), bytes) as Message<N>;
}

/** As `fromBinary`, for a descriptor found by name. */
export function decode(desc: DescMessage, bytes: Uint8Array): AnyMessage {
  try {
    return fromBinaryMessage(desc, bytes);
  } catch (cause) {
    throw new ConfigError([{ code: 'syntax', path: '', message: `the bytes are no ${desc.typeName}: ${reason(cause)}` }]);
  }
}

export function toBinary(message: AnyMessage): Uint8Array {
  return toBinaryMessage(schemaOf(message), message);
}

/**
 * Decodes proto3 JSON, strictly: unknown fields, enum values and `@type`s are errors. Field names in both forms, `null`
 * means unset. Integers of 64 bits may be bigints (a parser that keeps their digits). Positions are the business of
 * whoever read the text; the error names the field as the runtime does.
 * @throws ConfigError `bad_value`
 */
export function fromJson<N extends MessageName>(name: N, json: JsonInput): Message<N> {
  return decodeJson(schema(name), json) as Message<N>;
}

/** As `fromJson`, for a descriptor found by name. */
export function decodeJson(desc: DescMessage, json: JsonInput): AnyMessage {
  try {
    return fromJsonMessage(desc, plain(json), { registry });
  } catch (cause) {
    throw new ConfigError([{ code: 'bad_value', path: '', message: reason(cause) }]);
  }
}

/** A JSON value that may hold bigints. */
export type JsonInput = string | number | bigint | boolean | null | readonly JsonInput[] | { readonly [key: string]: JsonInput };

export function clone<M extends AnyMessage>(message: M): M {
  return cloneMessage(schemaOf(message), message) as M;
}

export function equals(a: AnyMessage, b: AnyMessage): boolean {
  return a.$typeName === b.$typeName && equalMessages(schemaOf(a), a, b);
}

/** The descriptor of a message at hand. */
export function schemaOf(message: AnyMessage): DescMessage {
  const found = registry.getMessage(message.$typeName);
  if (found === undefined) throw new Error(`the API has no message ${message.$typeName}`);
  return found;
}

/** proto3 JSON writes 64-bit integers as strings, so a bigint becomes one; an untouched value is returned as it is. */
function plain(json: JsonInput): JsonValue {
  if (typeof json === 'bigint') return json.toString();
  if (Array.isArray(json)) return json.map(plain);
  if (typeof json === 'object' && json !== null) {
    const copy: { [key: string]: JsonValue } = {};
    for (const [key, value] of Object.entries(json)) {
      // A plain assignment to `__proto__` would change the object instead of adding a field that is refused by name.
      if (key === '__proto__')
        Object.defineProperty(copy, key, { value: plain(value), enumerable: true, configurable: true, writable: true });
      else copy[key] = plain(value);
    }
    return copy;
  }
  return json as JsonValue;
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
