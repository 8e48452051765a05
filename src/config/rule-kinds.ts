/** One value against one set of rules, by kind. Texts continue the sentence `"field" …`. */
import { isIP, isIPv4, isIPv6 } from 'node:net';
import { type DescEnum, type FieldRules, type Message, milliseconds, reflectOn } from '../api/index.ts';
import type { ConfigErrorCode } from '../base/errors.ts';

export type Report = (message: string, code?: ConfigErrorCode) => void;

/** Checks a value as reflection gives it: scalars as they are, messages as views, wrappers unwrapped or as views. */
export function checkValue(given: unknown, rules: FieldRules, report: Report, enumeration: DescEnum | undefined): void {
  const value = unwrap(given);
  const { type } = rules;
  switch (type.case) {
    case undefined:
      return;
    case 'string':
      if (typeof value === 'string') checkString(value, type.value, report);
      return;
    case 'bytes':
      if (value instanceof Uint8Array) checkLength(value.length, type.value, report, 'bytes');
      return;
    case 'bool':
      if (has(type.value, 'const') && value !== type.value.const) report(`must be ${type.value.const}`);
      return;
    case 'enum':
      if (typeof value === 'number') checkEnum(value, type.value, report, enumeration);
      return;
    case 'duration':
      if (isMessageView(given, 'google.protobuf.Duration'))
        checkDuration(given.message as Message<'google.protobuf.Duration'>, type.value, report);
      return;
    case 'any': {
      if (!isMessageView(given, 'google.protobuf.Any')) return;
      const { typeUrl } = given.message as Message<'google.protobuf.Any'>;
      if (type.value.in.length > 0 && !type.value.in.includes(typeUrl)) report(`must be one of ${type.value.in.join(', ')}`);
      return;
    }
    case 'repeated':
    case 'map':
    case 'timestamp':
      return;
    default:
      if (typeof value === 'number' || typeof value === 'bigint') checkNumber(value, type.value, report);
  }
}

/** Reflection hands wrappers (`UInt32Value`) as views; their rules speak of the value inside. */
function unwrap(value: unknown): unknown {
  if (!isView(value) || !/^google\.protobuf\.\w+Value$/.test(value.message.$typeName)) return value;
  return (value.message as unknown as { readonly value?: unknown }).value;
}

interface View {
  readonly message: { readonly $typeName: string };
}

function isView(value: unknown): value is View {
  return typeof value === 'object' && value !== null && 'message' in value;
}

function isMessageView(value: unknown, typeName: string): value is View {
  return isView(value) && value.message.$typeName === typeName;
}

/** Whether a rule was written: proto2 scalars have presence that their values do not show. */
function has(rules: { readonly $typeName: string }, name: string): boolean {
  const view = reflectOn(rules as Message<'validate.StringRules'>);
  const field = view.desc.fields.find((f) => f.name === name);
  return field !== undefined && view.isSet(field);
}

type NumberRules = Message<'validate.UInt32Rules'> | Message<'validate.UInt64Rules'> | { readonly $typeName: string };

function checkNumber(value: number | bigint, given: NumberRules, report: Report): void {
  const rules = given as Message<'validate.UInt64Rules'>;
  if (rules.ignoreEmpty && Number(value) === 0) return;
  if (has(rules, 'const') && value !== rules.const) report(`must be ${rules.const}`);
  const gt = has(rules, 'gt');
  const gte = has(rules, 'gte');
  const lt = has(rules, 'lt');
  const lte = has(rules, 'lte');
  const low = !(gt && value <= rules.gt) && !(gte && value < rules.gte);
  const high = !(lt && value >= rules.lt) && !(lte && value > rules.lte);
  const least = gt ? rules.gt : gte ? rules.gte : undefined;
  const most = lt ? rules.lt : lte ? rules.lte : undefined;
  const gap = isGap(least, most);
  if (gap ? !low && !high : !low || !high) {
    const bounds = [gt ? `> ${rules.gt}` : '', gte ? `≥ ${rules.gte}` : '', lt ? `< ${rules.lt}` : '', lte ? `≤ ${rules.lte}` : ''];
    report(`is ${value}, must be ${bounds.filter((b) => b !== '').join(gap ? ' or ' : ' and ')}`);
  }
  if (rules.in.length > 0 && !rules.in.some((v) => v === value)) report(`is ${value}, must be one of ${rules.in.join(', ')}`);
  if (rules.notIn.some((v) => v === value)) report(`must not be ${value}`);
}

/** Bounds the other way round name what is not allowed between them (protoc-gen-validate). */
function isGap(least: number | bigint | undefined, most: number | bigint | undefined): boolean {
  return least !== undefined && most !== undefined && least > most;
}

function checkDuration(value: Message<'google.protobuf.Duration'>, rules: Message<'validate.DurationRules'>, report: Report): void {
  const ms = milliseconds(value);
  const text = `${ms / 1000}s`;
  const bound = (limit: Message<'google.protobuf.Duration'> | undefined) => milliseconds(limit);
  const [gt, gte, lt, lte] = [bound(rules.gt), bound(rules.gte), bound(rules.lt), bound(rules.lte)];
  const [low, high] = [
    gt !== undefined && ms <= gt ? `more than ${gt / 1000}s` : gte !== undefined && ms < gte ? `at least ${gte / 1000}s` : '',
    lt !== undefined && ms >= lt ? `less than ${lt / 1000}s` : lte !== undefined && ms > lte ? `at most ${lte / 1000}s` : '',
  ];
  if (!isGap(gt ?? gte, lt ?? lte)) {
    for (const bound of [low, high]) if (bound !== '') report(`is ${text}, must be ${bound}`);
  } else if (low !== '' && high !== '') report(`is ${text}, must be ${high} or ${low}`);
}

function checkEnum(value: number, rules: Message<'validate.EnumRules'>, report: Report, desc: DescEnum | undefined): void {
  const name = (n: number) => desc?.value[n]?.name ?? String(n);
  if (rules.definedOnly && desc !== undefined && desc.value[value] === undefined)
    report(`is ${value}, which ${desc.typeName} does not define`, 'bad_enum');
  if (has(rules, 'const') && value !== rules.const) report(`must be ${name(rules.const)}`);
  if (rules.in.length > 0 && !rules.in.includes(value)) report(`is ${name(value)}, must be one of ${rules.in.map(name).join(', ')}`);
  if (rules.notIn.includes(value)) report(`must not be ${name(value)}`);
}

interface LengthRules {
  readonly $typeName: string;
  readonly len: bigint;
  readonly minLen: bigint;
  readonly maxLen: bigint;
}

function checkLength(length: number, rules: LengthRules, report: Report, unit: string): void {
  if (has(rules, 'len') && BigInt(length) !== rules.len) report(`must have ${rules.len} ${unit}, has ${length}`);
  if (has(rules, 'min_len') && BigInt(length) < rules.minLen) {
    report(length === 0 ? 'must not be empty' : `must have at least ${rules.minLen} ${unit}, has ${length}`);
  }
  if (has(rules, 'max_len') && BigInt(length) > rules.maxLen) report(`must have at most ${rules.maxLen} ${unit}, has ${length}`);
}

function checkString(value: string, rules: Message<'validate.StringRules'>, report: Report): void {
  if (rules.ignoreEmpty && value === '') return;
  if (has(rules, 'const') && value !== rules.const) report(`must be "${rules.const}"`);
  checkLength([...value].length, rules, report, 'characters');
  const bytes = Buffer.byteLength(value);
  if (has(rules, 'min_bytes') && BigInt(bytes) < rules.minBytes) {
    report(bytes === 0 ? 'must not be empty' : `must have at least ${rules.minBytes} bytes, has ${bytes}`);
  }
  if (has(rules, 'max_bytes') && BigInt(bytes) > rules.maxBytes) report(`must have at most ${rules.maxBytes} bytes, has ${bytes}`);
  if (rules.prefix !== '' && !value.startsWith(rules.prefix)) report(`must start with "${rules.prefix}"`);
  if (rules.suffix !== '' && !value.endsWith(rules.suffix)) report(`must end with "${rules.suffix}"`);
  if (rules.contains !== '' && !value.includes(rules.contains)) report(`must contain "${rules.contains}"`);
  if (rules.notContains !== '' && value.includes(rules.notContains)) report(`must not contain "${rules.notContains}"`);
  if (rules.in.length > 0 && !rules.in.includes(value)) report(`is "${value}", must be one of ${rules.in.map((v) => `"${v}"`).join(', ')}`);
  if (rules.notIn.includes(value)) report(`must not be "${value}"`);
  // Patterns come from the packed descriptors, not from the configuration: they are known and safe.
  if (rules.pattern !== '' && !new RegExp(rules.pattern, 'u').test(value)) report(`is "${value}", must match ${rules.pattern}`);
  checkWellKnown(value, rules, report);
}

// RFC 9110 §5.1 and §5.5, in the strict and the lenient form of protoc-gen-validate.
const NAME = /^:?[0-9a-zA-Z!#$%&'*+\-.^_|~`]+$/;
const VALUE = /^[^\u0000-\u0008\u000a-\u001f\u007f]*$/;
const LOOSE = /^[^\u0000\u000a\u000d]*$/;

function checkWellKnown(value: string, rules: Message<'validate.StringRules'>, report: Report): void {
  const { wellKnown } = rules;
  switch (wellKnown.case) {
    case 'wellKnownRegex': {
      // An unset name is what `min_len` is for; Envoy accepts it here.
      if (value === '') return;
      const strict = !has(rules, 'strict') || rules.strict;
      if (wellKnown.value === 1 && !(strict ? NAME : /^[^\u0000\u000a\u000d]+$/).test(value))
        report(`is "${value}", which is no header name`);
      if (wellKnown.value === 2 && !(strict ? VALUE : LOOSE).test(value)) report('holds characters that a header value must not have');
      return;
    }
    case 'ip':
      if (wellKnown.value && isIP(value) === 0) report(`is "${value}", which is no IP address`);
      return;
    case 'ipv4':
      if (wellKnown.value && !isIPv4(value)) report(`is "${value}", which is no IPv4 address`);
      return;
    case 'ipv6':
      if (wellKnown.value && !isIPv6(value)) report(`is "${value}", which is no IPv6 address`);
      return;
    case 'uri':
      if (wellKnown.value && !URL.canParse(value)) report(`is "${value}", which is no absolute URI`);
      return;
    default:
  }
}
