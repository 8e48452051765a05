/**
 * Field lines that peers send again and again (`User-Agent: …`, `Accept: …`), recognised by their bytes: a line that is
 * known costs one comparison in steps of four bytes, and neither a string nor a `Field` nor a check of its characters.
 *
 * Bounded, four ways a set: lines that begin alike (`content-type: application/json` with and without a charset) live side by side. A
 * line is let in when it was seen twice in a short while; it stays until others push it out. Names whose values are unique or
 * secret are never let in. What is remembered is only ever a byte-for-byte copy of a line that was parsed and accepted before, so
 * a wrong guess costs time and nothing else.
 */
import { copyOf, LONGEST_INTERNED, shareField } from '../field-pool.ts';
import { Field, renderLine } from '../headers.ts';

const WAYS = 4;
const SETS = 256;
/** Bytes of a line that decide its set. */
const KEY_BYTES = 22;
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

const lines: (KnownLine | null)[] = new Array<KnownLine | null>(SETS * WAYS).fill(null);
/** By set: the way that is given up next. */
const oldest = new Uint8Array(SETS);
/** Hashes of lines that were seen once. */
const seen = new Int32Array(1024);

/** The known line at `view[at…]`, or null. The lines of the head end at `end`, an empty line follows. */
export function findLine(view: DataView, at: number, end: number): KnownLine | null {
  const first = (hashOf(view, at, end) >>> 24) * WAYS;
  for (let way = first; way < first + WAYS; way++) {
    const line = lines[way] as KnownLine | null;
    if (line === null) return null;
    if (at + line.length <= end && line.matches(view, at)) return line;
  }
  return null;
}

/** For when names were pinned: lines may hold transient names that are pinned now. */
export function forgetLines(): void {
  lines.fill(null);
  oldest.fill(0);
}

/** Considers a line that was just parsed into `field`. It is `bytes[from, to)`, CRLF included, and begins at `at` in `view`. */
export function learnLine(view: DataView, at: number, end: number, bytes: Buffer, from: number, to: number, field: Field): void {
  const length = to - from;
  if (length > LONGEST_LINE || length < 4) return;
  const key = hashOf(view, at, end);
  let hash = key;
  for (let i = 0; i < length - 4; i += 4) hash = Math.imul(hash ^ view.getInt32(at + i, true), 0x01000193);
  hash = Math.imul(hash ^ view.getInt32(at + length - 4, true), 0x01000193);
  const place = (hash ^ (hash >>> 16)) & (seen.length - 1);
  if (seen[place] !== hash) {
    seen[place] = hash;
    return;
  }
  const { name, value } = field;
  let shared = shareField(name, value);
  if (shared.id < 0) shared = new Field(name, copyOf(value), -1, false);
  if (shared.line === null) renderLine(shared);
  const set = key >>> 24;
  const way = oldest[set] as number;
  oldest[set] = way === WAYS - 1 ? 0 : way + 1;
  lines[set * WAYS + way] = new KnownLine(Buffer.from(bytes.subarray(from, to)), shared);
}

/** Mixes bytes 0-3, 6-9, 12-15 and 18-21: they tell apart the names that begin alike (`x-forwarded-…`, `access-control-allow-…`). */
function hashOf(view: DataView, at: number, end: number): number {
  // Near the end the last bytes of the head stand in for those that are missing: four there always are.
  const last = at + KEY_BYTES <= end + 2 ? at + 18 : end - 2;
  const hash =
    view.getInt32(at, true) ^
    Math.imul(view.getInt32(Math.min(at + 6, last), true), 0x9e3779b1) ^
    Math.imul(view.getInt32(Math.min(at + 12, last), true), 0x85ebca6b) ^
    Math.imul(view.getInt32(last, true), 0xc2b2ae35);
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
}
