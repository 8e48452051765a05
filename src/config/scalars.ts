/**
 * Single values of proto3 JSON as YAML writes them, read as Envoy reads them: its library speaks YAML 1.1 (`yes` is a bool, 0644 is
 * octal), and what is no bool and no integer there (1.10) is a text.
 */
import type { Scalar } from 'yaml';
import { type JsonInput, ScalarType } from '../api/index.ts';
import type { ConfigErrorCode } from '../base/errors.ts';

export type ScalarResult =
  | { readonly ok: true; readonly value: JsonInput }
  | { readonly ok: false; readonly code: ConfigErrorCode; readonly message: string; readonly hint?: string };

/** How a single value is written: a scalar type, or a message that JSON writes as one string. */
export type ScalarKind = ScalarType | 'duration' | 'timestamp' | 'mask';

const RANGES: ReadonlyMap<ScalarType, readonly [bigint, bigint, string]> = new Map<ScalarType, readonly [bigint, bigint, string]>([
  [ScalarType.INT32, [-(2n ** 31n), 2n ** 31n - 1n, 'int32']],
  [ScalarType.SINT32, [-(2n ** 31n), 2n ** 31n - 1n, 'int32']],
  [ScalarType.SFIXED32, [-(2n ** 31n), 2n ** 31n - 1n, 'int32']],
  [ScalarType.UINT32, [0n, 2n ** 32n - 1n, 'uint32']],
  [ScalarType.FIXED32, [0n, 2n ** 32n - 1n, 'uint32']],
  [ScalarType.INT64, [-(2n ** 63n), 2n ** 63n - 1n, 'int64']],
  [ScalarType.SINT64, [-(2n ** 63n), 2n ** 63n - 1n, 'int64']],
  [ScalarType.SFIXED64, [-(2n ** 63n), 2n ** 63n - 1n, 'int64']],
  [ScalarType.UINT64, [0n, 2n ** 64n - 1n, 'uint64']],
  [ScalarType.FIXED64, [0n, 2n ** 64n - 1n, 'uint64']],
]);

function fail(code: ConfigErrorCode, message: string, hint?: string): ScalarResult {
  return hint === undefined ? { ok: false, code, message } : { ok: false, code, message, hint };
}

const good = (value: JsonInput): ScalarResult => ({ ok: true, value });

const TRUE = /^(?:[yY]|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:[nN]|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const OCTAL = /^([+-]?)0([0-7]+)$/;

/** What a scalar without a schema is: quotes make a text of everything. */
export function freeValue(node: Scalar): string | number | boolean | null {
  const { value } = node;
  if (node.type !== 'PLAIN') return typeof value === 'string' ? value : null;
  const word = plainBool(node);
  if (word !== null) return word;
  const octal = plainOctal(node);
  if (octal !== null) return Number(octal);
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

/** Null for what is no bool in YAML 1.1. */
function plainBool(node: Scalar): boolean | null {
  if (node.type !== 'PLAIN') return null;
  const text = node.source ?? String(node.value);
  return TRUE.test(text) ? true : FALSE.test(text) ? false : null;
}

/** Null for what is no octal number of YAML 1.1, which newer YAML reads as a decimal one. */
function plainOctal(node: Scalar): bigint | null {
  const [, sign, digits] = (node.type === 'PLAIN' && OCTAL.exec(node.source ?? '')) || [];
  return digits === undefined ? null : BigInt(`0o${digits}`) * (sign === '-' ? -1n : 1n);
}

/** The JSON value of a scalar node for a field of that type. */
export function scalarValue(node: Scalar, type: ScalarKind): ScalarResult {
  const { value } = node;
  switch (type) {
    case 'duration':
      return duration(value);
    case 'timestamp':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value))
        ? good(value)
        : fail('bad_value', `"${String(value)}" is no RFC 3339 time`, 'e.g. "2026-01-01T00:00:00Z"');
    case 'mask':
      return typeof value === 'string' ? good(value) : fail('wrong_kind', 'expected a field mask such as "a.b,c"');
    case ScalarType.STRING:
      return string(node);
    case ScalarType.BYTES:
      return typeof value === 'string' && /^[A-Za-z0-9+/_-]*={0,2}$/.test(value)
        ? good(value)
        : fail('bad_value', 'expected base64', 'bytes are written in base64');
    case ScalarType.BOOL:
      return bool(node);
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return float(value);
    default:
      return integer(node, type);
  }
}

function string(node: Scalar): ScalarResult {
  const { value } = node;
  const text = node.source ?? String(value);
  const word = plainBool(node);
  if (word !== null) return fail('wrong_kind', `expected a string, got ${text}, which is ${word} in YAML 1.1`, `write "${text}" in quotes`);
  if (typeof value === 'string') return good(value);
  // As it was written: Envoy takes for a number only what an int64 holds.
  if (typeof value === 'number' && !/^[+-]?0[xo]/.test(text)) return good(text);
  if (typeof value === 'bigint' && (value < -(2n ** 63n) || value >= 2n ** 63n)) return good(text);
  return fail('wrong_kind', `expected a string, got ${text}`, `write "${text}" in quotes`);
}

function bool(node: Scalar): ScalarResult {
  const { value } = node;
  const word = plainBool(node);
  if (word !== null) return good(word);
  // What the reader of JSON behind it takes for one.
  if (typeof value === 'string' && /^(?:true|t|yes|y|1)$/i.test(value)) return good(true);
  if (typeof value === 'string' && /^(?:false|f|no|n|0)$/i.test(value)) return good(false);
  return fail('wrong_kind', `expected true or false, got ${node.type === 'PLAIN' ? '' : 'the string '}"${String(value)}"`);
}

function float(value: unknown): ScalarResult {
  if (typeof value === 'number')
    return good(Number.isFinite(value) ? value : Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity');
  if (typeof value === 'bigint') return good(Number(value));
  if (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value))) return good(Number(value));
  return fail('wrong_kind', `expected a number, got "${String(value)}"`);
}

function integer(node: Scalar, type: ScalarType): ScalarResult {
  const range = RANGES.get(type);
  if (range === undefined) return fail('wrong_kind', 'this field has no JSON form');
  const [least, most, name] = range;
  const { value } = node;
  let number: bigint;
  const octal = plainOctal(node);
  if (octal !== null) number = octal;
  else if (typeof value === 'bigint') number = value;
  else if (typeof value === 'number' && Number.isInteger(value)) number = BigInt(value);
  else if (typeof value === 'string' && /^-?\d+$/.test(value)) number = BigInt(value);
  else return fail('wrong_kind', `expected a whole number, got "${String(value)}"`);
  if (number < least || number > most) return fail('bad_value', `${number} is out of range for ${name} (${least} to ${most})`);
  return good(Number.isSafeInteger(Number(number)) ? Number(number) : number.toString());
}

const DURATION = /^-?\d{1,12}(\.\d{1,9})?s$/;
const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 0.001],
  ['m', 60],
  ['h', 3600],
  ['d', 86_400],
  ['', 1],
]);

/** proto3 JSON knows seconds only: `0.25s`. The hint converts what people write instead. */
function duration(value: unknown): ScalarResult {
  const text = String(value);
  if (typeof value === 'string' && DURATION.test(text)) {
    const seconds = Number(text.slice(0, -1));
    return Math.abs(seconds) <= 315_576_000_000 ? good(text) : fail('bad_value', `"${text}" is out of range for a duration`);
  }
  const match = /^(-?\d+(?:\.\d+)?)\s*(ms|m|h|d|)$/.exec(text);
  const unit = UNITS.get(match?.[2] ?? '?');
  if (match === null || unit === undefined)
    return fail('bad_value', `"${text}" is no duration`, 'durations are seconds with an "s", e.g. "0.25s"');
  return fail(
    'bad_value',
    `"${text}" is no duration`,
    `durations are seconds with an "s": write "${Number((Number(match[1]) * unit).toFixed(9))}s"`,
  );
}
