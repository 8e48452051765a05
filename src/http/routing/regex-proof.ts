/**
 * Proves that a backtracking engine matches a pattern against a whole value in time linear in the value's length, and that
 * the pattern means the same to RE2 and to V8. It knows a small language (literals, classes, `.`, quantified single characters,
 * groups of literals) and says no to the rest.
 *
 * Why it holds: an item that may match a varying number of characters is *decided* when what follows cannot start with a
 * character of the item: there is one way to leave it. One undecided item is allowed, when only items of fixed length follow:
 * each of its at most n exits costs a constant.
 */

interface Item {
  /** Latin1 characters that the item can begin with (for single characters: consist of). */
  readonly first: Uint8Array;
  readonly min: number;
  /** Whether the item can match in more than one length. */
  readonly varies: boolean;
}

const DIGIT = charSet('0', '9');
const WORD = union(union(DIGIT, charSet('a', 'z')), union(charSet('A', 'Z'), charSet('_', '_')));
const PUNCTUATION = /^[-./_~!@#%&=,:;'"<>()[\]{}^$*+?|\\]$/;
const PLAIN = /^[\x20-\x7e]$/;
const SPECIAL = /[\\^$.|?*+()[\]{}]/;

export function provenLinear(source: string): boolean {
  const items = parse(source);
  if (items === null) return false;
  let undecided = false;
  for (const [at, item] of items.entries()) {
    if (!item.varies) continue;
    if (undecided) return false;
    if (!decided(items, at)) undecided = true;
  }
  return true;
}

/** Whether nothing that can follow item `at` begins with one of its characters. */
function decided(items: readonly Item[], at: number): boolean {
  const own = items[at] as Item;
  for (let i = at + 1; i < items.length; i++) {
    const next = items[i] as Item;
    for (let c = 0; c < 256; c++) if (own.first[c] === 1 && next.first[c] === 1) return false;
    if (next.min > 0) return true;
  }
  return true;
}

function parse(source: string): Item[] | null {
  const items: Item[] = [];
  let at = 0;
  let end = source.length;
  // The match is of the whole value anyway.
  if (source.startsWith('^')) at = 1;
  if (source.endsWith('$') && !source.endsWith('\\$')) end--;
  while (at < end) {
    const group = source.charAt(at) === '(';
    const atom = group ? literalGroup(source, at, end) : character(source, at, end);
    if (atom === null) return null;
    at = atom.next;
    const quantifier = quantity(source.slice(at, end));
    if (quantifier === null || (group && quantifier.max > 1)) return null;
    at += quantifier.length;
    items.push({ first: atom.first, min: quantifier.min * atom.min, varies: quantifier.min !== quantifier.max || atom.varies });
  }
  return items;
}

interface Atom {
  readonly first: Uint8Array;
  readonly min: number;
  readonly varies: boolean;
  readonly next: number;
}

function character(source: string, at: number, end: number): Atom | null {
  const c = source.charAt(at);
  if (c === '.') return { first: union(charSet('\0', '\t'), charSet('\v', '\xff')), min: 1, varies: false, next: at + 1 };
  if (c === '[') return bracket(source, at, end);
  if (c === '\\') {
    const set = at + 1 < end ? escaped(source.charAt(at + 1)) : null;
    return set === null ? null : { first: set, min: 1, varies: false, next: at + 2 };
  }
  if (SPECIAL.test(c) || !PLAIN.test(c)) return null;
  return { first: charSet(c, c), min: 1, varies: false, next: at + 1 };
}

function escaped(c: string): Uint8Array | null {
  if (c === 'd') return DIGIT;
  if (c === 'w') return WORD;
  if (c === 'D') return complement(DIGIT);
  if (c === 'W') return complement(WORD);
  return PUNCTUATION.test(c) ? charSet(c, c) : null;
}

/** `[a-z_.]`, `[^/]`; no POSIX classes, no empty ones. */
function bracket(source: string, start: number, end: number): Atom | null {
  let at = start + 1;
  const negated = source.charAt(at) === '^';
  if (negated) at++;
  let set = new Uint8Array(256);
  let members = 0;
  while (at < end && source.charAt(at) !== ']') {
    let c = source.charAt(at);
    let single = true;
    if (c === '[' || !PLAIN.test(c)) return null;
    if (c === '\\') {
      c = source.charAt(at + 1);
      const known = at + 1 < end ? escaped(c) : null;
      if (known === null) return null;
      single = !/[dwDW]/.test(c);
      if (!single) set = union(set, known);
      at++;
    }
    at++;
    if (single) {
      let to = c;
      if (source.charAt(at) === '-' && source.charAt(at + 1) !== ']') {
        to = source.charAt(at + 1);
        if (!/^[0-9A-Za-z]$/.test(to) || to < c) return null;
        at += 2;
      }
      set = union(set, charSet(c, to));
    }
    members++;
  }
  if (at >= end || members === 0) return null;
  return { first: negated ? complement(set) : set, min: 1, varies: false, next: at + 1 };
}

/** `(a|b)`, `(?:foo|bar)`: alternatives of literal text. Those that start alike count as of varying length. */
function literalGroup(source: string, start: number, end: number): Atom | null {
  const close = source.indexOf(')', start);
  if (close < 0 || close >= end) return null;
  const body = source.startsWith('(?:', start) ? source.slice(start + 3, close) : source.slice(start + 1, close);
  const words = body.split('|');
  if (words.some((word) => word === '' || !/^[-0-9A-Za-z_/ ]+$/.test(word))) return null;
  const first = new Uint8Array(256);
  let varies = false;
  for (const word of words) {
    const c = word.charCodeAt(0);
    if (first[c] === 1) varies = true;
    first[c] = 1;
  }
  return { first, min: 1, varies, next: close + 1 };
}

function quantity(rest: string): { min: number; max: number; length: number } | null {
  const found = /^(?:[*+?]|\{(\d{1,3})(,?)(\d{0,3})\})/.exec(rest);
  if (found === null) return rest.startsWith('{') ? null : { min: 1, max: 1, length: 0 };
  const [text, from = '', comma, to = ''] = found;
  // A lazy or possessive mark changes nothing for a whole match, but `??` and `a{1}{2}` need not be understood.
  if (/^[*+?{]/.test(rest.slice(text.length))) return null;
  if (text === '*') return { min: 0, max: Number.POSITIVE_INFINITY, length: 1 };
  if (text === '+') return { min: 1, max: Number.POSITIVE_INFINITY, length: 1 };
  if (text === '?') return { min: 0, max: 1, length: 1 };
  const min = Number(from);
  const max = comma === '' ? min : to === '' ? Number.POSITIVE_INFINITY : Number(to);
  return max < min || (Number.isFinite(max) && max > 100) ? null : { min, max, length: text.length };
}

function charSet(from: string, to: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(256).fill(1, from.charCodeAt(0), to.charCodeAt(0) + 1);
}

function union(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(a, (bit, c) => bit | (b[c] ?? 0));
}

function complement(a: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(a, (bit) => 1 - bit);
}
