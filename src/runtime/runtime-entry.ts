/** What stands in a runtime layer, or is set over the admin server, → how its readers understand it (Envoy 1.40's `RuntimeImpl`). */
import type { JsonObject, JsonValue } from '../api/index.ts';
import type { RuntimeEntry } from '../base/runtime-values.ts';

const DENOMINATORS: Readonly<Record<string, number>> = { HUNDRED: 100, TEN_THOUSAND: 10_000, MILLION: 1_000_000 };
const TWO_TO_64 = 2 ** 64;
const TWO_TO_32 = 2 ** 32;
/** What strtod takes: decimal or hexadecimal, signs and spaces around it. */
const NUMBER = /^\s*([+-]?)(0x[\da-f]+|\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)\s*$/i;

export function entryOfText(text: string): RuntimeEntry {
  const number = numberIn(text);
  const word = text.trim().toLowerCase();
  return { text, number, integer: integerOf(number), flag: word === 'true' ? true : word === 'false' ? false : null, fraction: null };
}

export function entryOfNumber(number: number): RuntimeEntry {
  return { text: shortText(number), number, integer: integerOf(number), flag: null, fraction: null };
}

export function entryOfFlag(flag: boolean): RuntimeEntry {
  return { text: String(flag), number: null, integer: null, flag, fraction: null };
}

/** A `FractionalPercent` written as a Struct; what is none of its fields makes it one that nobody understands. */
export function entryOfFraction(struct: JsonObject): RuntimeEntry {
  return { text: structText(struct), number: null, integer: null, flag: null, fraction: fractionOf(struct) };
}

/** `{}` and whatever has a field of a FractionalPercent; anything else is a level of keys. */
export function isFraction(struct: JsonObject): boolean {
  return Object.keys(struct).length === 0 || Object.hasOwn(struct, 'numerator') || Object.hasOwn(struct, 'denominator');
}

function fractionOf(struct: JsonObject): RuntimeEntry['fraction'] {
  let numerator = 0;
  let denominator = 100;
  for (const [field, value] of Object.entries(struct)) {
    if (field === 'numerator') numerator = typeof value === 'number' ? unsigned32(value) : 0;
    else if (field === 'denominator' && typeof value === 'string' && Object.hasOwn(DENOMINATORS, value)) {
      denominator = DENOMINATORS[value] as number;
    } else return null;
  }
  return { numerator, denominator };
}

/** As C converts it: -1 is the largest. */
function unsigned32(value: number): number {
  return ((Math.trunc(value) % TWO_TO_32) + TWO_TO_32) % TWO_TO_32;
}

function numberIn(text: string): number | null {
  const [, sign = '', digits] = NUMBER.exec(text) ?? [];
  if (digits === undefined) return null;
  return sign === '-' ? -Number(digits) : Number(digits);
}

function integerOf(number: number | null): number | null {
  return number === null || number < 0 || number >= TWO_TO_64 ? null : Math.trunc(number);
}

/** Six digits, as C's `%g` prints them. */
function shortText(number: number): string {
  if (number === 0) return '0';
  const [mantissa = '', exponent = '0'] = number.toExponential(5).split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(Number(number.toPrecision(6)));
  return `${Number(mantissa)}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** The text format of protobuf. */
function structText(struct: JsonObject, indent = ''): string {
  let out = '';
  for (const key of Object.keys(struct).sort()) {
    out += `${indent}fields {\n${indent}  key: ${JSON.stringify(key)}\n${indent}  value {\n`;
    out += `${valueText(struct[key] ?? null, `${indent}    `)}${indent}  }\n${indent}}\n`;
  }
  return out;
}

function valueText(value: JsonValue, indent: string): string {
  switch (typeof value) {
    case 'string':
      return `${indent}string_value: ${JSON.stringify(value)}\n`;
    case 'number':
      return `${indent}number_value: ${value}\n`;
    case 'boolean':
      return `${indent}bool_value: ${value}\n`;
  }
  if (value === null) return `${indent}null_value: NULL_VALUE\n`;
  if (!Array.isArray(value)) return `${indent}struct_value {\n${structText(value as JsonObject, `${indent}  `)}${indent}}\n`;
  const items = value.map((item) => `${indent}  values {\n${valueText(item, `${indent}    `)}${indent}  }\n`);
  return `${indent}list_value {\n${items.join('')}${indent}}\n`;
}
