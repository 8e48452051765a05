import type { DescField, DescMessage, DescOneof, FieldType, MessageType } from './descriptor.ts';
import { fromBinary, type Message } from './message.ts';

/** `validate.FieldRules`: what protoc-gen-validate demands of a field (bufbuild/protoc-gen-validate, validate.proto). */
export type FieldRules = Message<'validate.FieldRules'>;

const cache = new WeakMap<DescField, FieldRules>();

/** The constraints of a field, or undefined when it has none. */
export function rulesOf(field: DescField): FieldRules | undefined {
  const text = (field as unknown as FieldType).rules;
  if (text === '') return undefined;
  let rules = cache.get(field);
  if (rules === undefined) {
    rules = fromBinary('validate.FieldRules', Buffer.from(text, 'base64'));
    cache.set(field, rules);
  }
  return rules;
}

/** Whether one member of the oneof must be set. */
export function isRequired(oneof: DescOneof): boolean {
  return oneof.required;
}

/** Whether the message's own constraints are switched off. */
export function isUnchecked(desc: DescMessage): boolean {
  return (desc as MessageType).unchecked;
}

/** Whether the field holds a secret that no dump may show. */
export function isSensitive(field: DescField): boolean {
  return (field as unknown as FieldType).sensitive;
}
