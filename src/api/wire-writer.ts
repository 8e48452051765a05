/** Room for a usual message, used by one writer after another. A larger one is not kept. */
const SPARE = 16_384;
let spare: Buffer | undefined;

/** Writes the wire form of protobuf from its end to its beginning: what was written last comes first. */
export class WireWriter {
  #buffer: Buffer;
  /** Place of the first byte written. */
  #start: number;

  constructor() {
    this.#buffer = spare ?? Buffer.allocUnsafeSlow(SPARE);
    spare = undefined;
    this.#start = this.#buffer.length;
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#buffer.length - this.#start;
  }

  /** The bytes, in a buffer of their own size. The last call. */
  finish(): Uint8Array {
    const bytes = new Uint8Array(this.#buffer.subarray(this.#start));
    if (this.#buffer.length === SPARE) spare = this.#buffer;
    return bytes;
  }

  tag(number: number, wireType: number): void {
    this.varint32(((number << 3) | wireType) >>> 0);
  }

  varint32(value: number): void {
    if (value < 128) {
      const at = this.#room(1);
      this.#buffer[at] = value;
      return;
    }
    const size = value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : value < 1 << 28 ? 4 : 5;
    let at = this.#room(size);
    let rest = value;
    for (let i = 1; i < size; i++) {
      this.#buffer[at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.#buffer[at] = rest;
  }

  /** Negative numbers take ten bytes (encoding guide, "Signed Integers"). */
  int32(value: number): void {
    if (value >= 0) this.varint32(value);
    else this.varint64(BigInt(value));
  }

  varint64(value: bigint): void {
    let rest = BigInt.asUintN(64, value);
    if (rest < 1n << 31n) {
      this.varint32(Number(rest));
      return;
    }
    const bytes: number[] = [];
    for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
    bytes.push(Number(rest));
    this.raw(Uint8Array.from(bytes));
  }

  fixed32(value: number): void {
    const at = this.#room(4);
    this.#buffer.writeInt32LE(value | 0, at);
  }

  fixed64(value: bigint): void {
    const at = this.#room(8);
    this.#buffer.writeBigInt64LE(BigInt.asIntN(64, value), at);
  }

  float(value: number): void {
    const at = this.#room(4);
    this.#buffer.writeFloatLE(value, at);
  }

  double(value: number): void {
    const at = this.#room(8);
    this.#buffer.writeDoubleLE(value, at);
  }

  /** With its length. */
  string(value: string): void {
    const size = Buffer.byteLength(value);
    const at = this.#room(size);
    this.#buffer.write(value, at, size, 'utf8');
    this.varint32(size);
  }

  /** With their length. */
  bytes(value: Uint8Array): void {
    this.raw(value);
    this.varint32(value.length);
  }

  /** As they are. */
  raw(value: Uint8Array): void {
    const at = this.#room(value.length);
    this.#buffer.set(value, at);
  }

  /** Place for `size` more bytes in front of what is there. */
  #room(size: number): number {
    if (size > this.#start) {
      const used = this.length;
      const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, used + size + 1024));
      this.#buffer.copy(larger, larger.length - used, this.#start);
      this.#buffer = larger;
      this.#start = larger.length - used;
    }
    this.#start -= size;
    return this.#start;
  }
}
