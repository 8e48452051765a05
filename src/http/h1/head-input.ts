/** Fewer bytes than this are looked at first: nearly every head fits. */
const FIRST_LOOK = 2048;
const END = '\r\n\r\n';
const END_BYTES = Buffer.from(END, 'latin1');

const NO_BYTES = Buffer.alloc(0);
const NO_VIEW = new DataView(new ArrayBuffer(0));

/** A complete head in a buffer, as bytes, as words and as one string. Scratch: set, used and forgotten within one call. */
export class HeadInput {
  bytes: Buffer;
  view: DataView;
  /** Add to an index of `bytes` to get one of `view`. */
  shift: number;
  /** Latin1 of `bytes` from `textStart` on: at least the whole head. */
  text: string;
  textStart: number;
  /** Behind the empty line. */
  end: number;

  constructor() {
    this.bytes = NO_BYTES;
    this.view = NO_VIEW;
    this.shift = 0;
    this.text = '';
    this.textStart = 0;
    this.end = 0;
  }

  /** Looks for a head that begins at `at` and is complete before `end`; false when there is none. */
  find(bytes: Buffer, at: number, end: number): boolean {
    const look = Math.min(end, at + FIRST_LOOK);
    const text = bytes.latin1Slice(at, look);
    const found = text.indexOf(END);
    if (found >= 0) {
      this.set(bytes, at, at + found + 4, text);
      return true;
    }
    if (look === end) return false;
    // What lies behind `end` is old.
    const far = bytes.indexOf(END_BYTES, look - 3);
    if (far < 0 || far + 4 > end) return false;
    this.set(bytes, at, far + 4, bytes.latin1Slice(at, far + 4));
    return true;
  }

  /** The same where the end is known. */
  take(bytes: Buffer, at: number, end: number): void {
    this.set(bytes, at, end, bytes.latin1Slice(at, end));
  }

  private set(bytes: Buffer, at: number, end: number, text: string): void {
    if (this.bytes !== bytes) {
      if (this.view.buffer !== bytes.buffer) this.view = new DataView(bytes.buffer);
      this.bytes = bytes;
      this.shift = bytes.byteOffset;
    }
    this.text = text;
    this.textStart = at;
    this.end = end;
  }

  slice(from: number, to: number): string {
    return this.text.slice(from - this.textStart, to - this.textStart);
  }
}
