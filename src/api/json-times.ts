import { kindOf, Mismatch } from './json-scalars.ts';

/** Durations and timestamps, which proto3 JSON writes as strings (google/protobuf/{duration,timestamp}.proto). */

/** Seconds either way: 10,000 years (duration.proto). */
const MAX_DURATION = 315_576_000_000n;
/** 0001-01-01 and the end of 9999 (timestamp.proto), in seconds. */
const MIN_TIME = -62_135_596_800n;
const MAX_TIME = 253_402_300_799n;

export interface Seconds {
  readonly seconds: bigint;
  readonly nanos: number;
}

export function readDuration(json: unknown): Seconds | Mismatch {
  const parts = typeof json === 'string' ? /^(-?)(\d+)(?:\.(\d{1,9}))?s$/.exec(json) : null;
  if (parts === null) return new Mismatch(`expected a duration in seconds like "1.500s", got ${kindOf(json)}`);
  const [, sign, whole = '', fraction = ''] = parts;
  const seconds = BigInt(whole);
  const nanos = Number(fraction.padEnd(9, '0'));
  if (seconds > MAX_DURATION || (seconds === MAX_DURATION && nanos > 0)) return new Mismatch(`${json} is longer than a duration can be`);
  return sign === '-' ? { seconds: -seconds, nanos: nanos === 0 ? 0 : -nanos } : { seconds, nanos };
}

/** "1s", "0.250s", "0.000001s"; undefined for what no duration can be. */
export function writeDuration({ seconds, nanos }: Seconds): string | undefined {
  const whole = seconds < 0n ? -seconds : seconds;
  const mixed = (seconds < 0n && nanos > 0) || (seconds > 0n && nanos < 0);
  if (mixed || whole > MAX_DURATION || Math.abs(nanos) > 999_999_999) return undefined;
  return `${seconds < 0n || nanos < 0 ? '-' : ''}${whole}${fractionOf(Math.abs(nanos))}s`;
}

/** RFC 3339 with any offset. */
export function readTimestamp(json: unknown): Seconds | Mismatch {
  const parts = typeof json === 'string' ? /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([-+])(\d\d):(\d\d))$/.exec(json) : null;
  const wrong = new Mismatch(`expected a time like "2026-01-31T12:00:00Z", got ${kindOf(json)}`);
  if (parts === null) return wrong;
  const [, date = '', fraction = '', sign = '+', hours = '0', minutes = '0'] = parts;
  const ms = Date.parse(`${date}Z`);
  // A day that the month does not have is moved on by Date; the text then differs.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 19) !== date) return wrong;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60 * (sign === '-' ? -1 : 1);
  const seconds = BigInt(ms / 1000 - offset);
  return seconds < MIN_TIME || seconds > MAX_TIME ? wrong : { seconds, nanos: Number(fraction.padEnd(9, '0')) };
}

export function writeTimestamp({ seconds, nanos }: Seconds): string | undefined {
  if (seconds < MIN_TIME || seconds > MAX_TIME || nanos < 0 || nanos > 999_999_999) return undefined;
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}${fractionOf(nanos)}Z`;
}

/** Nothing, or 3, 6 or 9 digits. */
function fractionOf(nanos: number): string {
  if (nanos === 0) return '';
  const digits = String(nanos).padStart(9, '0');
  return `.${digits.endsWith('000000') ? digits.slice(0, 3) : digits.endsWith('000') ? digits.slice(0, 6) : digits}`;
}
