import { ScalarType } from './table.ts';

/**
 * Scalars as proto3 JSON has them (protobuf.dev/programming-guides/json). A reader returns the value, or a sentence that
 * says what is wrong wrapped in `Mismatch`.
 */
export class Mismatch {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

interface Range {
  readonly name: string;
  readonly low: bigint;
  readonly high: bigint;
}

const range = (name: string, low: bigint, high: bigint): Range => ({ name, low, high });
const INT32 = range('int32', -(1n << 31n), (1n << 31n) - 1n);
const UINT32 = range('uint32', 0n, (1n << 32n) - 1n);
const INT64 = range('int64', -(1n << 63n), (1n << 63n) - 1n);
const UINT64 = range('uint64', 0n, (1n << 64n) - 1n);

const MAX_FLOAT = 3.4028234663852886e38;

export function readScalar(scalar: ScalarType, json: unknown): unknown {
  switch (scalar) {
    case ScalarType.STRING:
      if (typeof json !== 'string') return new Mismatch(`expected a string, got ${kindOf(json)}`);
      return json.isWellFormed() ? json : new Mismatch('the string is no valid Unicode');
    case ScalarType.BOOL:
      return typeof json === 'boolean' ? json : new Mismatch(`expected true or false, got ${kindOf(json)}`);
    case ScalarType.BYTES:
      return readBytes(json);
    case ScalarType.DOUBLE:
      return readNumber(json, Number.MAX_VALUE, 'double');
    case ScalarType.FLOAT: {
      const value = readNumber(json, MAX_FLOAT, 'float');
      return typeof value === 'number' ? Math.fround(value) : value;
    }
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return readSmall(json, INT32);
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return readSmall(json, UINT32);
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return readInteger(json, INT64);
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return readInteger(json, UINT64);
  }
}

function readSmall(json: unknown, limits: Range): number | Mismatch {
  const value = readInteger(json, limits);
  return typeof value === 'bigint' ? Number(value) : value;
}

function readInteger(json: unknown, { name, low, high }: Range): bigint | Mismatch {
  let value: bigint;
  if (typeof json === 'bigint') value = json;
  else if (typeof json === 'number' && Number.isInteger(json)) value = BigInt(json);
  else if (typeof json === 'string' && /^-?\d{1,40}$/.test(json)) value = BigInt(json);
  else if (typeof json === 'string' && /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d{1,3})?$/.test(json) && Number.isInteger(Number(json)))
    value = BigInt(Number(json));
  else return new Mismatch(`expected a whole number (${name}), got ${typeof json === 'number' ? json : kindOf(json)}`);
  return value < low || value > high ? new Mismatch(`${value} is out of range for ${name}`) : value;
}

function readNumber(json: unknown, limit: number, name: string): number | Mismatch {
  if (json === 'NaN') return Number.NaN;
  if (json === 'Infinity') return Number.POSITIVE_INFINITY;
  if (json === '-Infinity') return Number.NEGATIVE_INFINITY;
  const value = typeof json === 'string' && /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(json) ? Number(json) : json;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'number' || Number.isNaN(value)) return new Mismatch(`expected a number, got ${kindOf(json)}`);
  return Math.abs(value) > limit ? new Mismatch(`${json} is out of range for ${name}`) : value;
}

/** Standard and URL alphabet, padded or not. */
function readBytes(json: unknown): Uint8Array | Mismatch {
  if (typeof json !== 'string') return new Mismatch(`expected a string of base64, got ${kindOf(json)}`);
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(json) || json.replace(/=+$/, '').length % 4 === 1) return new Mismatch('the string is no base64');
  return new Uint8Array(Buffer.from(json, 'base64'));
}

/** A value of a scalar as JSON: 64-bit integers as strings, bytes as base64, numbers that JSON has not by name. */
export function writeScalar(scalar: ScalarType, value: unknown): string | number | boolean {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return String(value);
    return scalar === ScalarType.FLOAT ? shortestFloat(value) : value;
  }
  return value as string | boolean;
}

/** The shortest decimal that reads back as the same 32-bit number: 0.1, not 0.10000000149011612. */
function shortestFloat(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

export function kindOf(json: unknown): string {
  if (json === null) return 'null';
  if (Array.isArray(json)) return 'a list';
  switch (typeof json) {
    case 'string':
      return `"${json.length > 40 ? `${json.slice(0, 40)}…` : json}"`;
    case 'object':
      return 'an object';
    default:
      return String(json);
  }
}
