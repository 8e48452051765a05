/**
 * From the bytes of a field name, in any case, to its `HeaderName` without making a string. Direct-mapped by length and three
 * characters and verified byte by byte; a name that is not here costs a lower-case string and a Map lookup.
 *
 * Names that no configuration knows may be remembered too (as transients): they stay until another name takes their place.
 */
import { type HeaderName, resolveName } from '../header-name.ts';

const SLOTS = 512;
const LONGEST = 64;

class KnownName {
  /** As it came, case included. */
  readonly bytes: Uint8Array;
  readonly name: HeaderName;

  constructor(bytes: Uint8Array, name: HeaderName) {
    this.bytes = bytes;
    this.name = name;
  }
}

const known: (KnownName | null)[] = new Array<KnownName | null>(SLOTS).fill(null);

/** The name at `bytes[from, to)`, a valid token that is not empty. */
export function nameOf(bytes: Buffer, from: number, to: number): HeaderName {
  const length = to - from;
  const key =
    (length * 29 + (bytes[from] as number) * 3 + (bytes[to - 1] as number) * 7 + (bytes[from + (length >> 1)] as number) * 13) &
    (SLOTS - 1);
  const entry = known[key] as KnownName | null;
  if (entry !== null && same(entry.bytes, bytes, from, length)) return entry.name;
  const name = resolveName(bytes.latin1Slice(from, to).toLowerCase());
  if (length <= LONGEST) known[key] = new KnownName(Uint8Array.prototype.slice.call(bytes, from, to), name);
  return name;
}

/** For when names were pinned: what was transient may be pinned now. */
export function forgetNames(): void {
  known.fill(null);
}

function same(known: Uint8Array, bytes: Buffer, from: number, length: number): boolean {
  if (known.length !== length) return false;
  for (let i = 0; i < length; i++) if (known[i] !== bytes[from + i]) return false;
  return true;
}
