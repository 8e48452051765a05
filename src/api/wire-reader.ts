import { isUtf8 } from 'node:buffer';

/** Wire types (protobuf encoding guide, "Message Structure"). */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const GROUP = 3;
export const END_GROUP = 4;
export const FIXED32 = 5;

/** Messages and groups nested deeper than this are refused, as by every protobuf runtime. */
export const MAX_DEPTH = 100;

/** Bytes that are no message. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** Reads the wire form of protobuf from one buffer. */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #buffer: Buffer;
  position = 0;
  /** High half of the last 64-bit varint. */
  #high = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** Low 32 bits of a varint, signed. Longer varints lose their high bits, as int32 and enums must (encoding guide, "Signed Integers"). */
  int32(): number {
    const first = this.#bytes[this.position] ?? 128;
    if (first < 128) {
      this.position++;
      return first;
    }
    return this.#varint();
  }

  /** Field number × 8 + wire type, in at most 32 bits. */
  tag(): number {
    const start = this.position;
    const tag = this.int32() >>> 0;
    if (this.position > start + 1 && (this.#high !== 0 || this.position > start + 5))
      throw new WireError(`a tag of more than 32 bits at byte ${start}`);
    return tag;
  }

  uint32(): number {
    return this.int32() >>> 0;
  }

  sint32(): number {
    const n = this.uint32();
    return (n >>> 1) ^ -(n & 1);
  }

  bool(): boolean {
    const low = this.#varint();
    return low !== 0 || this.#high !== 0;
  }

  uint64(): bigint {
    const low = this.#varint() >>> 0;
    return this.#high === 0 ? BigInt(low) : (BigInt(this.#high >>> 0) << 32n) | BigInt(low);
  }

  int64(): bigint {
    return BigInt.asIntN(64, this.uint64());
  }

  sint64(): bigint {
    const n = this.uint64();
    return (n >> 1n) ^ -(n & 1n);
  }

  fixed32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  sfixed32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  fixed64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  sfixed64(): bigint {
    return this.#view.getBigInt64(this.#take(8), true);
  }

  float(): number {
    return this.#view.getFloat32(this.#take(4), true);
  }

  double(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  /** A copy: a view would hold all that was received with it. */
  bytes(): Uint8Array {
    const length = this.uint32();
    const start = this.#take(length);
    return this.#bytes.slice(start, start + length);
  }

  string(): string {
    const length = this.uint32();
    const start = this.#take(length);
    const end = start + length;
    for (let i = start; i < end; i++) {
      if ((this.#bytes[i] ?? 0) > 127) return this.#utf8(start, end);
    }
    return this.#buffer.latin1Slice(start, end);
  }

  /** Length of a nested message or packed list, checked against what is there; returns where it ends. */
  end(): number {
    const length = this.uint32();
    const start = this.#take(length);
    this.position = start;
    return start + length;
  }

  /** Passes over a field of that wire type and returns a copy of it, without the tag. */
  skip(wireType: number, number: number, depth: number): Uint8Array {
    const start = this.position;
    this.#pass(wireType, number, depth);
    return this.#bytes.slice(start, this.position);
  }

  #pass(wireType: number, number: number, depth: number): void {
    if (wireType === VARINT) this.#varint();
    else if (wireType === FIXED64) this.#take(8);
    else if (wireType === FIXED32) this.#take(4);
    else if (wireType === BYTES) this.#take(this.uint32());
    else if (wireType === GROUP) {
      if (depth >= MAX_DEPTH) throw new WireError(`nested deeper than ${MAX_DEPTH}`);
      for (;;) {
        const tag = this.tag();
        if ((tag & 7) === END_GROUP) {
          if (tag >>> 3 !== number) throw new WireError('a group ends that did not begin');
          return;
        }
        this.#pass(tag & 7, tag >>> 3, depth + 1);
      }
    } else throw new WireError(`wire type ${wireType} at byte ${this.position}`);
  }

  #take(length: number): number {
    const start = this.position;
    if (start + length > this.#bytes.length) throw new WireError(`ends ${start + length - this.#bytes.length} bytes too early`);
    this.position = start + length;
    return start;
  }

  #utf8(start: number, end: number): string {
    if (!isUtf8(this.#bytes.subarray(start, end))) throw new WireError(`no UTF-8 in the string at byte ${start}`);
    return this.#buffer.utf8Slice(start, end);
  }

  /** The low half; the high one is in `#high`. At most ten bytes. */
  #varint(): number {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#bytes[this.#take(1)] ?? 0;
      const bits = byte & 127;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 128) {
        this.#high = high;
        return low;
      }
    }
    throw new WireError(`a number longer than ten bytes before byte ${this.position}`);
  }
}
