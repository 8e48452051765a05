/**
 * Field lines that peers send again and again (`User-Agent: …`, `Accept: …`), recognised by their bytes: a line that is
 * known costs one comparison in steps of four bytes, and neither a string nor a `Field` nor a check of its characters.
 *
 * Direct-mapped and bounded. A line is let in when it was seen twice with nothing else of the same place in between; it stays
 * until another one takes its place. Names whose values are unique or secret are never let in. What is remembered is only ever
 * a byte-for-byte copy of a line that was parsed and accepted before, so a wrong guess costs time and nothing else.
 */
import { copyOf, LONGEST_INTERNED, shareField } from '../field-pool.ts';
import { Field, renderLine } from '../headers.ts';

const SLOTS = 1024;
/** Bytes of a line that decide its place. Lines nearer than this to the end of the head are not looked up. */
export const KEY_BYTES = 22;
const LONGEST_LINE = LONGEST_INTERNED + 64;

export class KnownLine {
  /** CRLF included. */
  readonly length: number;
  readonly field: Field;
  /** Little-endian words; the last one overlaps its predecessor, so that it ends where the line ends. */
  private readonly words: Int32Array;

  constructor(bytes: Buffer, field: Field) {
    const { length } = bytes;
    this.length = length;
    this.field = field;
    this.words = new Int32Array((length + 3) >> 2);
    for (let i = 0; i < this.words.length; i++) this.words[i] = bytes.readInt32LE(Math.min(i << 2, length - 4));
  }

  /** Whether `view` holds this line at `at`; at least `length` bytes must be there. */
  matches(view: DataView, at: number): boolean {
    const { words } = this;
    const last = words.length - 1;
    for (let i = 0; i < last; i++) if (view.getInt32(at + (i << 2), true) !== words[i]) return false;
    return view.getInt32(at + this.length - 4, true) === words[last];
  }
}

const lines: (KnownLine | null)[] = new Array<KnownLine | null>(SLOTS).fill(null);
const seen = new Int32Array(SLOTS);

/** The known line at `view[at…]`, or null. `at + KEY_BYTES` and the whole of a line must lie before `end`. */
export function findLine(view: DataView, at: number, end: number): KnownLine | null {
  const line = lines[hashOf(view, at) >>> 22] as KnownLine | null;
  return line !== null && at + line.length <= end && line.matches(view, at) ? line : null;
}

/** For when names were pinned: lines may hold transient names that are pinned now. */
export function forgetLines(): void {
  lines.fill(null);
}

/** Considers a line that was just parsed into `field`. `bytes[from, to)` is the line, CRLF included; `at` is `from` in `view`. */
export function learnLine(view: DataView, at: number, bytes: Buffer, from: number, to: number, field: Field): void {
  const { name, value } = field;
  if (name.unique || to - from > LONGEST_LINE || to - from < 4) return;
  const key = hashOf(view, at);
  const slot = key >>> 22;
  let hash = key;
  for (let i = KEY_BYTES - 4; i < to - from - 4; i += 4) hash = Math.imul(hash ^ view.getInt32(at + i, true), 0x01000193);
  if (seen[slot] !== hash) {
    seen[slot] = hash;
    return;
  }
  let shared = shareField(name, value);
  if (shared.id < 0) shared = new Field(name, copyOf(value), -1, false);
  if (shared.line === null) renderLine(shared);
  lines[slot] = new KnownLine(Buffer.from(bytes.subarray(from, to)), shared);
}

/** Mixes bytes 0-3, 6-9, 12-15 and 18-21: they tell apart the names that begin alike (`x-forwarded-…`, `access-control-allow-…`). */
function hashOf(view: DataView, at: number): number {
  const hash =
    view.getInt32(at, true) ^
    Math.imul(view.getInt32(at + 6, true), 0x9e3779b1) ^
    Math.imul(view.getInt32(at + 12, true), 0x85ebca6b) ^
    Math.imul(view.getInt32(at + 18, true), 0xc2b2ae35);
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
}
