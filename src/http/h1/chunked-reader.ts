import { CR, HEX, HTAB, LF, SP, TOKEN, VALUE } from './chars.ts';

/** What `ChunkedReader.read` ended with. */
export const CHUNKS_MORE = 0 as const; // everything was used; there may be data
export const CHUNKS_DATA = 1 as const; // there is data, and more to read behind it
export const CHUNKS_LAST = 2 as const; // the last chunk was read; the trailer section begins at the returned position
export const CHUNKS_BAD = 3 as const;
export type ChunksResult = typeof CHUNKS_MORE | typeof CHUNKS_DATA | typeof CHUNKS_LAST | typeof CHUNKS_BAD;

const SIZE_FIRST = 0;
const SIZE = 1;
/** After the size, or after an extension: whitespace that may precede `;`. */
const SPACE = 2;
const NAME_FIRST = 3;
const NAME = 4;
const NAME_SPACE = 5;
const VALUE_FIRST = 6;
const VALUE_TOKEN = 7;
const QUOTED = 8;
const ESCAPED = 9;
const SIZE_LF = 10;
const DATA = 11;
const DATA_CR = 12;
const DATA_LF = 13;

const MOST_DIGITS = 16;
/** Of one message: extensions mean nothing to us, and somebody must pay for reading them. */
const MOST_EXTENSION_BYTES = 16384;
/** A piece of this size is handed on by itself; smaller ones are pushed together. */
const LARGE = 4096;

const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Chunked coding (RFC 9112 §7.1), strict: CRLF only, sizes of at most 16 digits, extensions by their grammar and within a budget. Small
 * chunks that came together are pushed together *in the buffer they came in*, so that a thousand chunks of one byte cost one
 * call downstream and not a thousand.
 */
export class ChunkedReader {
  result: ChunksResult;
  /** Data of this call, in the buffer that was read. */
  from: number;
  to: number;
  private state: number;
  private left: number;
  private digits: number;
  private extensions: number;

  constructor() {
    this.result = CHUNKS_MORE;
    this.from = 0;
    this.to = 0;
    this.state = SIZE_FIRST;
    this.left = 0;
    this.digits = 0;
    this.extensions = 0;
  }

  begin(): void {
    this.state = SIZE_FIRST;
    this.left = 0;
    this.digits = 0;
    this.extensions = 0;
  }

  /** Reads `bytes[at, end)`; returns where it stopped. `bytes[from, to)` is data; `bytes[at, returned)` is no longer what it was. */
  read(bytes: Buffer, at: number, end: number): number {
    let from = at;
    let to = at;
    while (at < end) {
      if (this.state === DATA) {
        const n = Math.min(this.left, end - at);
        if (to > from && n >= LARGE) return this.stop(CHUNKS_DATA, from, to, at);
        if (to === from) {
          from = at;
          to = at + n;
        } else {
          bytes.copyWithin(to, at, at + n);
          to += n;
        }
        at += n;
        this.left -= n;
        if (this.left === 0) this.state = DATA_CR;
        continue;
      }
      const byte = bytes[at++] as number;
      if (!this.step(byte)) return this.stop(CHUNKS_BAD, from, to, at);
      if (this.state === DATA && this.left === 0) {
        this.state = SIZE_FIRST;
        return this.stop(CHUNKS_LAST, from, to, at);
      }
    }
    return this.stop(CHUNKS_MORE, from, to, at);
  }

  private stop(result: ChunksResult, from: number, to: number, at: number): number {
    this.result = result;
    this.from = from;
    this.to = to;
    return at;
  }

  /** One byte outside chunk data; false when it may not stand there. */
  private step(byte: number): boolean {
    switch (this.state) {
      case SIZE_FIRST:
        this.left = 0;
        this.digits = 0;
        this.state = SIZE;
        return HEX[byte] !== 255 && this.digit(byte);
      case SIZE:
        return HEX[byte] !== 255 ? this.digit(byte) : this.afterSize(byte);
      case SIZE_LF:
        this.state = DATA;
        return byte === LF;
      case DATA_CR:
        this.state = DATA_LF;
        return byte === CR;
      case DATA_LF:
        this.state = SIZE_FIRST;
        return byte === LF;
      default:
        return ++this.extensions <= MOST_EXTENSION_BYTES && this.extension(byte);
    }
  }

  private digit(byte: number): boolean {
    this.left = this.left * 16 + (HEX[byte] as number);
    return ++this.digits <= MOST_DIGITS && this.left <= Number.MAX_SAFE_INTEGER;
  }

  private afterSize(byte: number): boolean {
    if (byte === CR) this.state = SIZE_LF;
    else if (byte === SEMICOLON) this.state = NAME_FIRST;
    else if (byte === SP || byte === HTAB) this.state = SPACE;
    else return false;
    return true;
  }

  /** `*( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )` */
  private extension(byte: number): boolean {
    const blank = byte === SP || byte === HTAB;
    switch (this.state) {
      case SPACE:
        return blank || this.afterSize(byte);
      case NAME_FIRST:
        if (blank) return true;
        this.state = NAME;
        return TOKEN[byte] !== 0;
      case NAME:
        return TOKEN[byte] !== 0 || this.afterName(byte, blank);
      case NAME_SPACE:
        return blank || this.afterName(byte, false);
      case VALUE_FIRST:
        if (blank) return true;
        this.state = byte === QUOTE ? QUOTED : VALUE_TOKEN;
        return byte === QUOTE || TOKEN[byte] !== 0;
      case VALUE_TOKEN:
        return TOKEN[byte] !== 0 || this.afterSize(byte);
      case QUOTED:
        if (byte === QUOTE) this.state = SPACE;
        else if (byte === BACKSLASH) this.state = ESCAPED;
        return VALUE[byte] !== 0;
      default: // ESCAPED
        this.state = QUOTED;
        return VALUE[byte] !== 0;
    }
  }

  private afterName(byte: number, blank: boolean): boolean {
    if (blank) this.state = NAME_SPACE;
    else if (byte === EQUALS) this.state = VALUE_FIRST;
    else return this.afterSize(byte);
    return true;
  }
}
