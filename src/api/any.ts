import type { JsonObject } from '@bufbuild/protobuf';
import { ConfigError } from '../base/errors.ts';
import { type AnyMessage, create, decode, decodeJson, findSchema, isMessage, type Message, type MessageName, toBinary } from './message.ts';

/** `google.protobuf.Any`. */
export type Any = Message<'google.protobuf.Any'>;

const PREFIX = 'type.googleapis.com/';

/** Full message name in a type URL: what follows the last slash (google/protobuf/any.proto). */
export function typeNameOf(typeUrl: string): string {
  return typeUrl.slice(typeUrl.lastIndexOf('/') + 1);
}

export function typeUrlOf(name: string): string {
  return PREFIX + name;
}

export function packAny(message: AnyMessage): Any {
  return create('google.protobuf.Any', { typeUrl: PREFIX + message.$typeName, value: toBinary(message) as Any['value'] });
}

/** What was inside an Any. */
export type Opened =
  /** `typeName` is the message's; `struct` says that it came as a TypedStruct. */
  | { readonly kind: 'message'; readonly typeName: string; readonly message: AnyMessage; readonly struct: boolean }
  /** A type that the API does not have. `value` is the content of a TypedStruct; other bytes are left alone. */
  | { readonly kind: 'unknown'; readonly typeName: string; readonly value: JsonObject | undefined };

/**
 * Opens an Any. A `udpa.type.v1.TypedStruct` or `xds.type.v3.TypedStruct` becomes the message that it names, so nobody
 * else needs to know of them.
 * @throws ConfigError `syntax` for bytes that are not what the type URL says; for a struct that does not fit, as `fromJson`
 */
export function openAny(any: Any): Opened {
  const typeName = typeNameOf(any.typeUrl);
  const desc = findSchema(typeName);
  if (desc === undefined) return { kind: 'unknown', typeName, value: undefined };
  const message = decode(desc, any.value);
  if (!isMessage(message, 'udpa.type.v1.TypedStruct') && !isMessage(message, 'xds.type.v3.TypedStruct')) {
    return { kind: 'message', typeName, message, struct: false };
  }
  const inner = typeNameOf(message.typeUrl);
  const target = findSchema(inner);
  if (target === undefined) return { kind: 'unknown', typeName: inner, value: message.value ?? {} };
  return { kind: 'message', typeName: inner, message: decodeJson(target, message.value ?? {}), struct: true };
}

/**
 * Opens an Any that must hold one type.
 * @throws ConfigError `wrong_kind` when it holds another, and as `openAny`
 */
export function unpackAny<N extends MessageName>(any: Any, name: N): Message<N> {
  const opened = openAny(any);
  if (opened.kind === 'message' && isMessage(opened.message, name)) return opened.message;
  throw new ConfigError([{ code: 'wrong_kind', path: '', message: `expected ${name}, got ${opened.typeName || 'an empty type URL'}` }]);
}
