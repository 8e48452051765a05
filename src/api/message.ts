import type { JsonValue, MessageInitShape, Message as MessageShape } from '@bufbuild/protobuf';
import type { GenMessage } from '@bufbuild/protobuf/codegenv2';
import { ConfigError } from '../base/errors.ts';
import { cloneMessage, sameMessages } from './compare.ts';
import { readMessage } from './decode.ts';
import type { DescMessage, MessageType } from './descriptor.ts';
import { buildMessage, dynamic } from './dynamic.ts';
import { writeMessage } from './encode.ts';
import { type JsonInput, readJson } from './from-json.ts';
import type { TypeMap } from './gen/typemap.d.ts';
import { findMessage } from './pool.ts';
import { writeJson } from './to-json.ts';

/** Full name of a message, without `type.googleapis.com/`. The name is the handle: nothing is built until a function here gets it. */
export type MessageName = keyof TypeMap;
/** The message of that name: `Message<'envoy.config.cluster.v3.Cluster'>`. Fields are camelCase, oneofs are `{case, value}`, int64 is bigint, wrappers are `T | undefined`. */
export type Message<N extends MessageName = MessageName> = TypeMap[N];
/** Any message at all; `$typeName` says which. */
export type AnyMessage = MessageShape;
/** What `create` takes: every field optional, nested messages as plain objects. */
export type Init<N extends MessageName> = MessageInitShape<GenMessage<TypeMap[N]>>;

function typeOf(name: string): MessageType {
  const found = findMessage(name);
  if (found === undefined) throw new Error(`the API has no message ${name}`);
  return found;
}

/** The descriptor of a message of the API. The compiler knows all names, so an unknown one is a broken build. */
export function schema(name: MessageName): DescMessage {
  return typeOf(name);
}

/** The descriptor for a name that came from outside (a type URL), or undefined when the API does not have it. */
export function findSchema(name: string): DescMessage | undefined {
  return findMessage(name);
}

/** The descriptor of a message at hand. */
export function schemaOf(message: AnyMessage): DescMessage {
  return typeOf(message.$typeName);
}

/** Whether a message is of that type. */
export function isMessage<N extends MessageName>(message: AnyMessage | undefined, name: N): message is Message<N> {
  return message?.$typeName === name;
}

/** A message from any part of its shape. Messages inside `init` become part of it, they are not copied. */
export function create<N extends MessageName>(name: N, init?: Init<N>): Message<N> {
  return buildMessage(typeOf(name), init) as Message<N>;
}

/**
 * Decodes the wire form. The message shares no memory with `bytes`. Fields that the API does not know are kept and
 * written again.
 * @throws ConfigError `syntax` when the bytes are no such message
 */
export function fromBinary<N extends MessageName>(name: N, bytes: Uint8Array): Message<N> {
  return decode(typeOf(name), bytes) as Message<N>;
}

/** As `fromBinary`, for a descriptor found by name. */
export function decode(desc: DescMessage, bytes: Uint8Array): AnyMessage {
  try {
    return readMessage(desc as MessageType, bytes);
  } catch (cause) {
    throw new ConfigError([{ code: 'syntax', path: '', message: `the bytes are no ${desc.typeName}: ${reason(cause)}` }]);
  }
}

export function toBinary(message: AnyMessage): Uint8Array {
  return writeMessage(typeOf(message.$typeName), dynamic(message));
}

/**
 * Decodes proto3 JSON, strictly: unknown fields, enum values and `@type`s are errors. Field names in both forms, `null`
 * means unset. Integers may be bigints (a parser that keeps their digits).
 * @throws ConfigError with the path of the first thing that is wrong
 */
export function fromJson<N extends MessageName>(name: N, json: JsonInput): Message<N> {
  return readJson(typeOf(name), json) as Message<N>;
}

/** As `fromJson`, for a descriptor found by name. */
export function decodeJson(desc: DescMessage, json: JsonInput): AnyMessage {
  return readJson(desc as MessageType, json);
}

/**
 * proto3 JSON as Envoy's admin prints it: proto field names, `@type` first, what is unset left out. An Any of an unknown
 * type, or one whose bytes are corrupt, prints as its `@type` alone.
 */
export function toJson(message: AnyMessage): JsonValue {
  return writeJson(typeOf(message.$typeName), dynamic(message));
}

/** A copy that shares nothing with the message. */
export function clone<M extends AnyMessage>(message: M): M {
  return cloneMessage(typeOf(message.$typeName), dynamic(message)) as AnyMessage as M;
}

/** Whether both say the same, fields that the API does not know left aside. */
export function equals(a: AnyMessage, b: AnyMessage): boolean {
  return a.$typeName === b.$typeName && sameMessages(typeOf(a.$typeName), dynamic(a), dynamic(b));
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
