import { type DescField, type DescMessage, type DescOneof, mergeFromBinary } from '@bufbuild/protobuf';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { create, type Message, schema } from './message.ts';

/** `validate.FieldRules`: what protoc-gen-validate demands of a field (bufbuild/protoc-gen-validate, validate.proto). */
export type FieldRules = Message<'validate.FieldRules'>;

/** Extension numbers in the descriptor options. */
const RULES = 1071; // validate.rules of a field, validate.required of a oneof, validate.disabled of a message
const SENSITIVE = 76569463; // udpa.annotations.sensitive

/** `no` and the bytes after the tag, as the runtime keeps a field that it does not know. */
type Unknown = readonly { readonly no: number; readonly data: Uint8Array }[] | undefined;

const cache = new WeakMap<DescField, FieldRules | null>();

/** The constraints of a field, or undefined when it has none. */
export function rulesOf(field: DescField): FieldRules | undefined {
  let rules = cache.get(field);
  if (rules === undefined) {
    rules = read(field.proto.options?.$unknown);
    cache.set(field, rules);
  }
  return rules ?? undefined;
}

/** Whether one member of the oneof must be set. */
export function isRequired(oneof: DescOneof): boolean {
  return flag(oneof.proto.options?.$unknown, RULES);
}

/** Whether the message's own constraints are switched off. */
export function isUnchecked(desc: DescMessage): boolean {
  return flag(desc.proto.options?.$unknown, RULES);
}

/** Whether the field holds a secret that no dump may show. */
export function isSensitive(field: DescField): boolean {
  return flag(field.proto.options?.$unknown, SENSITIVE);
}

/** The option may stand in several pieces, which merge (protobuf encoding guide, "Last One Wins"). */
function read(unknown: Unknown): FieldRules | null {
  let rules: FieldRules | null = null;
  for (const option of unknown ?? []) {
    if (option.no !== RULES) continue;
    rules = mergeFromBinary(schema('validate.FieldRules'), rules ?? create('validate.FieldRules'), new BinaryReader(option.data).bytes());
  }
  return rules;
}

function flag(unknown: Unknown, number: number): boolean {
  const option = unknown?.findLast((o) => o.no === number);
  return option !== undefined && new BinaryReader(option.data).bool();
}
