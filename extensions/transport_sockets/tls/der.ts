/** Just enough of DER (ITU-T X.690) to read certificates that OpenSSL has already accepted as such. */

export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
export const OID = 0x06;
export const SEQUENCE = 0x30;
export const SET = 0x31;
export const BOOLEAN = 0x01;

/** One value: `bytes[start, end)` is its content, `from` is where its tag stands. */
export interface Value {
  readonly tag: number;
  readonly from: number;
  readonly start: number;
  readonly end: number;
}

/** Reads the values of one constructed value in order. After anything malformed `bad` is true and no more values come. */
export class DerReader {
  readonly bytes: Buffer;
  private at: number;
  private readonly end: number;
  bad: boolean;

  constructor(bytes: Buffer, from = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
    this.bad = false;
  }

  /** The next value, null at the end. */
  next(): Value | null {
    const { bytes, end } = this;
    const from = this.at;
    if (this.bad || from >= end) return null;
    const tag = bytes[from] as number;
    // Tags beyond 30 and lengths without end do not occur in certificates.
    if ((tag & 0x1f) === 0x1f || from + 2 > end) return this.fail();
    let length = bytes[from + 1] as number;
    let start = from + 2;
    if (length >= 0x80) {
      const size = length & 0x7f;
      if (size === 0 || size > 4 || start + size > end) return this.fail();
      length = bytes.readUIntBE(start, size);
      start += size;
    }
    if (start + length > end) return this.fail();
    this.at = start + length;
    return { tag, from, start, end: start + length };
  }

  /** The next value when it has this tag, else null without moving. */
  take(tag: number): Value | null {
    if (this.bad || this.at >= this.end || this.bytes[this.at] !== tag) return null;
    return this.next();
  }

  /** The next value, which must have this tag. */
  expect(tag: number): Value | null {
    return this.take(tag) ?? this.fail();
  }

  /** The values inside of one. */
  inside(value: Value | null): DerReader {
    if (value !== null) return new DerReader(this.bytes, value.start, value.end);
    const empty = new DerReader(this.bytes, 0, 0);
    empty.bad = true;
    return empty;
  }

  content(value: Value): Buffer {
    return this.bytes.subarray(value.start, value.end);
  }

  private fail(): null {
    this.bad = true;
    return null;
  }
}

/** `2.5.29.17` */
export function oidText(content: Buffer): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    if (arcs.length === 0) {
      const first = arc < 80 ? Math.floor(arc / 40) : 2;
      arcs.push(first, arc - first * 40);
    } else {
      arcs.push(arc);
    }
    arc = 0;
  }
  return arcs.join('.');
}
