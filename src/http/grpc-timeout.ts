/** The `grpc-timeout` header (gRPC over HTTP/2, "Timeout"): at most eight digits and a unit. */
import { GRPC_TIMEOUT } from './header-name.ts';
import type { Headers } from './headers.ts';

/** Milliseconds of a unit, by its letter. */
const H = 3_600_000;
const M = 60_000;
const S = 1000;

const MOST = 99_999_999;

/** Milliseconds, rounded up; -1 when there is none, or none that can be read. */
export function grpcTimeoutOf(headers: Headers): number {
  const text = headers.get(GRPC_TIMEOUT);
  if (text === undefined) return -1;
  const digits = text.length - 1;
  if (digits < 1 || digits > 8) return -1;
  let value = 0;
  for (let i = 0; i < digits; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  switch (text[digits]) {
    case 'H':
      return value * H;
    case 'M':
      return value * M;
    case 'S':
      return value * S;
    case 'm':
      return value;
    case 'u':
      return Math.ceil(value / 1000);
    case 'n':
      return Math.ceil(value / 1_000_000);
    default:
      return -1;
  }
}

/** The header value for whole milliseconds, in the smallest unit (from `m` on) whose number has eight digits. */
export function grpcTimeoutText(ms: number): string {
  if (ms <= MOST) return `${ms}m`;
  const seconds = Math.floor(ms / S);
  if (seconds <= MOST) return `${seconds}S`;
  const minutes = Math.floor(ms / M);
  if (minutes <= MOST) return `${minutes}M`;
  return `${Math.min(MOST, Math.floor(ms / H))}H`;
}
