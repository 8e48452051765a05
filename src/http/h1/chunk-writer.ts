import type { Connection } from '../../net/connection.ts';

/** Chunks up to this size are put together in the gather buffer. */
const SMALL = 4096;
/** Digits of the largest size that a Buffer can have, two line ends. */
const FRAME = 16;

const DIGITS = Buffer.from('0123456789abcdef', 'latin1');

export const LAST_CHUNK = Buffer.from('0\r\n\r\n', 'latin1');

/** Writes one chunk (RFC 9112 §7.1); `data` is not empty. Returns the bytes written. */
export function writeChunk(connection: Connection, data: Buffer): number {
  const { length } = data;
  if (length > SMALL) {
    let at = size(connection.reserve(FRAME), connection.outAt, length);
    const before = connection.outAt;
    connection.outAt = at;
    const head = at - before;
    connection.write(data);
    const out = connection.reserve(2);
    at = connection.outAt;
    out[at] = 0x0d;
    out[at + 1] = 0x0a;
    connection.outAt = at + 2;
    return head + length + 2;
  }
  const out = connection.reserve(length + FRAME);
  const start = connection.outAt;
  let at = size(out, start, length);
  data.copy(out, at, 0, length);
  at += length;
  out[at++] = 0x0d;
  out[at++] = 0x0a;
  connection.outAt = at;
  return at - start;
}

export function writeBytes(connection: Connection, bytes: Uint8Array): number {
  const out = connection.reserve(bytes.length);
  out.set(bytes, connection.outAt);
  connection.outAt += bytes.length;
  return bytes.length;
}

/** Hexadecimal size and CRLF; returns the position behind. */
function size(out: Buffer, at: number, length: number): number {
  let digits = 1;
  for (let rest = length >>> 4; rest !== 0; rest >>>= 4) digits++;
  for (let i = digits - 1, rest = length; i >= 0; i--, rest >>>= 4) out[at + i] = DIGITS[rest & 15] as number;
  out[at + digits] = 0x0d;
  out[at + digits + 1] = 0x0a;
  return at + digits + 2;
}
