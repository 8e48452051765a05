/** The constraints of a field (`validate.rules`) in the words of JSON Schema; those without such words are left out. */
import { type DescField, type FieldRules, reflectOn, rulesOf } from '../api/index.ts';
import type { JsonSchema } from './json-schema.ts';

type Rules = { readonly $typeName: string } & Readonly<Record<string, unknown>>;

/** Whether a message without this field breaks a constraint. */
export function demandsValue(field: DescField): boolean {
  const rules = rulesOf(field);
  if (rules === undefined || field.oneof !== undefined) return false;
  if (rules.message?.required === true) return true;
  const { type } = rules;
  if (type.case === undefined) return false;
  const all = ruleSet(type.value);
  if (type.case === 'duration' || type.case === 'any' || type.case === 'timestamp') return all.get('required') === true;
  if (field.fieldKind === 'message' || all.get('ignore_empty') === true) return false;
  if (type.case === 'string' || type.case === 'bytes')
    return positive(all.get('min_len')) || positive(all.get('min_bytes')) || positive(all.get('len'));
  if (type.case === 'repeated') return positive(all.get('min_items'));
  if (type.case === 'map') return positive(all.get('min_pairs'));
  if (type.case === 'enum') return (all.get('not_in') as readonly number[] | undefined)?.includes(0) === true;
  return type.case !== 'bool' && (Number(all.get('gt') ?? -1) >= 0 || positive(all.get('gte')));
}

/** The schema of a field's value, narrowed. */
export function constrain(schema: JsonSchema, field: DescField, rules: FieldRules): JsonSchema {
  const { type } = rules;
  if (type.case === undefined) return schema;
  const all = ruleSet(type.value);
  switch (type.case) {
    case 'string':
      return { ...schema, ...ofString(all) };
    case 'repeated': {
      const items = all.get('items') as FieldRules | undefined;
      return {
        ...schema,
        ...(positive(all.get('min_items')) && all.get('ignore_empty') !== true ? { minItems: Number(all.get('min_items')) } : {}),
        ...(all.has('max_items') ? { maxItems: Number(all.get('max_items')) } : {}),
        ...(all.get('unique') === true ? { uniqueItems: true } : {}),
        ...(items === undefined ? {} : { items: constrain(schema['items'] as JsonSchema, field, items) }),
      };
    }
    case 'map':
      return positive(all.get('min_pairs')) ? { ...schema, minProperties: Number(all.get('min_pairs')) } : schema;
    case 'enum':
      return ofEnum(schema, field, all);
    case 'bool':
      return all.has('const') ? { const: all.get('const') } : schema;
    case 'bytes':
    case 'duration':
    case 'timestamp':
    case 'any':
      return schema;
    default:
      return { ...schema, ...ofNumber(all) };
  }
}

function ofString(all: ReadonlyMap<string, unknown>): JsonSchema {
  if (all.get('ignore_empty') === true) return {};
  const least = positive(all.get('min_len')) ? Number(all.get('min_len')) : positive(all.get('min_bytes')) ? 1 : 0;
  const words = all.get('in') as readonly string[] | undefined;
  return {
    ...(least > 0 ? { minLength: least } : {}),
    ...(all.has('max_len') ? { maxLength: Number(all.get('max_len')) } : {}),
    ...(typeof all.get('pattern') === 'string' ? { pattern: all.get('pattern') } : {}),
    ...(words === undefined ? {} : { enum: words }),
  };
}

function ofNumber(all: ReadonlyMap<string, unknown>): JsonSchema {
  const bound = (name: string): number | undefined => (all.has(name) ? Number(all.get(name)) : undefined);
  const low = bound('gte') ?? bound('gt');
  const high = bound('lte') ?? bound('lt');
  // The other way round they name a gap.
  if (all.get('ignore_empty') === true || (low !== undefined && high !== undefined && low > high)) return {};
  return {
    ...(all.has('gte') ? { minimum: low } : all.has('gt') ? { exclusiveMinimum: low } : {}),
    ...(all.has('lte') ? { maximum: high } : all.has('lt') ? { exclusiveMaximum: high } : {}),
  };
}

function ofEnum(schema: JsonSchema, field: DescField, all: ReadonlyMap<string, unknown>): JsonSchema {
  if (field.fieldKind !== 'enum' && !(field.fieldKind === 'list' && field.listKind === 'enum')) return schema;
  const only = all.get('in') as readonly number[] | undefined;
  const never = (all.get('not_in') as readonly number[] | undefined) ?? [];
  const known = schema['enum'] as readonly (string | number)[];
  const allowed = new Map(
    field.enum.values
      .filter(({ name, number }) => known.includes(name) && !never.includes(number) && (only?.includes(number) ?? true))
      .map(({ name, number }) => [name, number]),
  );
  return { ...schema, enum: [...allowed.keys(), ...new Set(allowed.values())] };
}

/** The rules that were written, by their proto names: those that were not have values, too. */
export function ruleSet(rules: unknown): ReadonlyMap<string, unknown> {
  const view = reflectOn(rules as Parameters<typeof reflectOn>[0]);
  const values = rules as Rules;
  return new Map(view.desc.fields.filter((each) => view.isSet(each)).map((each) => [each.name, writtenValue(values, each)]));
}

function writtenValue(rules: Rules, { oneof, localName }: DescField): unknown {
  return oneof === undefined ? rules[localName] : (rules[oneof.localName] as { readonly value?: unknown }).value;
}

function positive(value: unknown): boolean {
  return (typeof value === 'number' || typeof value === 'bigint') && value > 0;
}
