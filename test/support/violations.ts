/** Bootstraps that break one constraint of the API each, made from the descriptors. */
import { type DescField, type DescMessage, isRequired, type JsonInput, rulesOf, schema } from '../../src/api/index.ts';
import { minimalMessage, minimalValue } from '../../src/config/minimal.ts';
import { ruleSet } from '../../src/config/schema-rules.ts';

export interface Violation {
  /** `envoy.config.cluster.v3.Cluster.connect_timeout gt`. */
  readonly name: string;
  readonly bootstrap: JsonInput;
}

type Step = string | number;
type Fields = { [name: string]: JsonInput };

/** What is in the field: a value, or nothing. */
type Broken = readonly [rule: string, value: JsonInput | undefined];

const inside = (): JsonInput => ({ '@type': 'type.googleapis.com/google.protobuf.Empty' });
/** An authority of gRPC may be empty: that is its default. */
const EXCEPT = /EnvoyGrpc\.authority min_len$/;
/** Discovery is checked by other means, and leads into every message. */
const SKIPPED = /^(?:dynamic_resources|hds_config|load_stats_config|xds_|config_source|named_endpoints)/;

export function violations(): Violation[] {
  const found: Violation[] = [];
  collect(schema('envoy.config.bootstrap.v3.Bootstrap'), {}, [], new Set(), found);
  return found.filter(({ name }) => !EXCEPT.test(name));
}

function collect(desc: DescMessage, json: JsonInput, at: readonly Step[], seen: Set<string>, found: Violation[]): void {
  if (seen.has(desc.typeName) || desc.typeName.startsWith('google.') || at.length > 12) return;
  seen.add(desc.typeName);
  for (const oneof of desc.oneofs) {
    const [first] = oneof.fields;
    if (isRequired(oneof) && first !== undefined)
      found.push({ name: `${desc.typeName}.${oneof.name} required`, bootstrap: withField(json, at, first, undefined) });
  }
  for (const field of desc.fields) {
    if (field.deprecated || SKIPPED.test(field.name)) continue;
    for (const [rule, value] of broken(field))
      found.push({ name: `${desc.typeName}.${field.name} ${rule}`, bootstrap: withField(json, at, field, value) });
    const inner = messageOf(field);
    if (inner === undefined || inner.typeName === 'google.protobuf.Any') continue;
    const below = field.fieldKind === 'list' ? [0] : field.fieldKind === 'map' ? ['x'] : [];
    collect(inner, withField(json, at, field, minimalValue(field, inside)), [...at, field.name, ...below], seen, found);
  }
}

function broken(field: DescField): Broken[] {
  const rules = rulesOf(field);
  if (rules === undefined) return [];
  const out: Broken[] = [];
  if (rules.message?.required === true && field.oneof === undefined) out.push(['required', undefined]);
  const { type } = rules;
  if (type.case === undefined) return out;
  const all = ruleSet(type.value);
  const number = (name: string): number => Number(all.get(name) ?? 0);
  if (all.get('ignore_empty') === true) return out;
  switch (type.case) {
    case 'string':
      if (all.has('min_len')) out.push(['min_len', field.oneof === undefined ? undefined : '']);
      if (all.has('max_bytes') && number('max_bytes') < 20_000) out.push(['max_bytes', 'x'.repeat(number('max_bytes') + 1)]);
      if (all.has('well_known_regex')) out.push(['well_known_regex', 'a\nb']);
      if (all.has('in')) out.push(['in', 'zzz']);
      if (all.has('pattern')) out.push(['pattern', 'a?#b']);
      return out;
    case 'repeated': {
      const [element = ''] = minimalValue(field, inside) as JsonInput[];
      if (number('min_items') > 0) out.push(['min_items', undefined]);
      if (all.has('max_items')) out.push(['max_items', Array.from({ length: number('max_items') + 1 }, () => element)]);
      return out;
    }
    case 'duration':
      if (all.get('required') === true) out.push(['required', undefined]);
      if (all.has('gt')) out.push(['gt', '0s']);
      if (all.has('lt') || (all.has('lte') && !all.has('gte'))) out.push(['lte', '9999999s']);
      return out;
    case 'enum':
      return all.has('defined_only') ? [...out, ['defined_only', 9999]] : out;
    case 'map':
      return number('min_pairs') > 0 ? [...out, ['min_pairs', undefined]] : out;
    case 'bool':
      return all.has('const') ? [...out, ['const', all.get('const') !== true]] : out;
    case 'any':
    case 'bytes':
    case 'timestamp':
      return out;
    default:
      for (const name of ['lt', 'lte']) if (all.has(name) && number(name) < 4e9) out.push([name, number(name) + 1]);
      if (number('gte') > 0 || all.has('gt')) out.push(['gte', 0]);
      return out;
  }
}

function messageOf(field: DescField): DescMessage | undefined {
  if (field.fieldKind === 'message') return field.message;
  if (field.fieldKind === 'list') return field.listKind === 'message' ? field.message : undefined;
  return field.fieldKind === 'map' && field.mapKind === 'message' ? field.message : undefined;
}

/** A copy with that field set, or without it, and no other member of its oneof. */
function withField(json: JsonInput, at: readonly Step[], field: DescField, value: JsonInput | undefined): JsonInput {
  const [step, ...rest] = at;
  if (step === undefined) {
    const rivals = new Set((field.oneof?.fields ?? [field]).map(({ name }) => name));
    const others = Object.fromEntries(Object.entries(json as Fields).filter(([name]) => !rivals.has(name)));
    return value === undefined ? others : { ...others, [field.name]: value };
  }
  if (Array.isArray(json)) return json.map((item, i) => (i === step ? withField(item, rest, field, value) : item));
  const fields = json as Fields;
  return { ...fields, [step]: withField(fields[step] ?? minimalMessage(field.parent, inside), rest, field, value) };
}
