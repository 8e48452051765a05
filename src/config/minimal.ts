/** JSON of the smallest message that keeps the constraints of the API: what a survey of the compilers is made of. */
import {
  type DescEnum,
  type DescField,
  type DescMessage,
  type FieldRules,
  isRequired,
  type JsonInput,
  rulesOf,
  ScalarType,
} from '../api/index.ts';
import { demandsValue, ruleSet } from './schema-rules.ts';

/** What a survey puts into an Any. */
export type AnyContent = (parent: DescMessage, field: DescField) => JsonInput;

type JsonFields = { [name: string]: JsonInput };

const WELL_KNOWN: Readonly<Record<string, JsonInput>> = {
  'google.protobuf.Struct': { x: 'y' },
  'google.protobuf.Value': 'x',
  'google.protobuf.ListValue': ['x'],
  'google.protobuf.Timestamp': '2026-01-01T00:00:00Z',
  'google.protobuf.FieldMask': 'x',
  'google.protobuf.BoolValue': true,
  'google.protobuf.BytesValue': 'eA==',
  'google.protobuf.StringValue': 'x',
};
/** Messages hold themselves: what is not demanded ends such a chain, and so does this. */
const MAX_DEPTH = 6;

export function minimalMessage(desc: DescMessage, inside: AnyContent, depth = 0): JsonInput {
  const known = WELL_KNOWN[desc.typeName];
  if (known !== undefined) return known;
  const out: JsonFields = {};
  if (depth > MAX_DEPTH) return out;
  for (const field of desc.fields) if (demandsValue(field)) out[field.name] = minimalValue(field, inside, depth + 1);
  for (const oneof of desc.oneofs) {
    const [first] = oneof.fields.filter(({ deprecated }) => !deprecated);
    if (isRequired(oneof) && first !== undefined) out[first.name] = minimalValue(first, inside, depth + 1);
  }
  return out;
}

/** A value of a field that an unset field does not have. */
export function minimalValue(field: DescField, inside: AnyContent, depth = 0): JsonInput {
  const rules = rulesOf(field);
  switch (field.fieldKind) {
    case 'scalar':
      return scalar(field, field.scalar, rules);
    case 'enum':
      return enumeration(field.enum);
    case 'message':
      return message(field, field.message, inside, depth, rules);
    case 'list': {
      const items = rules?.type.case === 'repeated' ? rules.type.value.items : undefined;
      if (field.listKind === 'scalar') return [scalar(field, field.scalar, items)];
      return [field.listKind === 'enum' ? enumeration(field.enum) : message(field, field.message, inside, depth, items)];
    }
    case 'map': {
      const values = rules?.type.case === 'map' ? rules.type.value.values : undefined;
      if (field.mapKind === 'scalar') return { x: scalar(field, field.scalar, values) };
      return { x: field.mapKind === 'enum' ? enumeration(field.enum) : message(field, field.message, inside, depth, values) };
    }
  }
}

function message(field: DescField, desc: DescMessage, inside: AnyContent, depth: number, rules: FieldRules | undefined): JsonInput {
  if (desc.typeName === 'google.protobuf.Any') return inside(field.parent, field);
  if (desc.typeName === 'google.protobuf.Duration') return duration(rules);
  if (/^google\.protobuf\.(?:U?Int\d\d|Double|Float)Value$/.test(desc.typeName)) return number(rules);
  return minimalMessage(desc, inside, depth);
}

function enumeration({ values }: DescEnum): JsonInput {
  return (values.find(({ number: n }) => n !== 0) ?? values[0])?.name ?? 0;
}

function scalar({ name }: DescField, type: ScalarType, rules: FieldRules | undefined): JsonInput {
  if (type === ScalarType.BOOL) return true;
  if (type === ScalarType.BYTES) return 'eA==';
  if (type !== ScalarType.STRING) return number(rules);
  if (name === 'address' || name === 'address_prefix') return '127.0.0.1';
  const written = rules?.type.case === 'string' ? rules.type.value : undefined;
  if (written === undefined) return /path|prefix/.test(name) ? '/x' : 'x';
  if (written.in.length > 0) return written.in[0] ?? 'x';
  const tries = [/path|prefix/.test(name) ? '/x' : 'x', '/x', 'x'].map((text) => `${written.prefix}${text}${written.suffix}`);
  return tries.find((text) => written.pattern === '' || new RegExp(written.pattern, 'u').test(text)) ?? 'x';
}

function number(rules: FieldRules | undefined): JsonInput {
  if (rules === undefined || rules.type.case === undefined) return 1;
  const all = ruleSet(rules.type.value);
  const bound = (name: string): number | undefined => (all.has(name) ? Number(all.get(name)) : undefined);
  const low = bound('gte') ?? (bound('gt') ?? 0) + 1;
  const high = bound('lte') ?? (bound('lt') ?? Number.POSITIVE_INFINITY) - 1;
  return Math.min(Math.max(1, low), high);
}

function duration(rules: FieldRules | undefined): JsonInput {
  if (rules?.type.case !== 'duration') return '1s';
  const { gte, gt, lte, lt } = rules.type.value;
  const least = Number((gte ?? gt)?.seconds ?? 0n);
  const most = lte ?? lt;
  if (most !== undefined && most.seconds < 1n) return '0.001s';
  return `${Math.max(1, least + (gt === undefined ? 0 : 1))}s`;
}
