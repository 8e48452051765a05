/**
 * The Huffman code of HPACK (RFC 7541 §5.2, appendix B). The code is canonical, so its lengths are all that is written down here.
 *
 * Decoding looks at twelve bits at a time and gets up to two symbols for them; codes longer than that are rare enough to be
 * found bit by bit.
 */

/** Bits of the code of each byte. */
const LENGTHS = Uint8Array.from(
  (
    '13,23,28,28,28,28,28,28,28,24,30,28,28,30,28,28,28,28,28,28,28,28,30,28,28,28,28,28,28,28,28,28,6,10,10,12,13,6,8,11,10,10,8,11,8,6,6,6,' +
    '5,5,5,6,6,6,6,6,6,6,7,8,15,6,12,10,13,6,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,8,7,8,13,19,13,14,6,15,5,6,5,6,5,6,6,6,5,7,7,6,6,6,5,' +
    '6,7,6,5,5,6,7,7,7,7,7,15,11,14,13,28,20,22,20,20,22,22,22,23,22,23,23,23,23,23,24,23,24,24,22,23,24,23,23,23,23,21,22,23,22,23,23,24,22,' +
    '21,20,22,22,23,23,21,23,22,22,24,21,22,23,23,21,21,22,21,23,22,23,23,20,22,22,22,23,22,22,23,26,26,20,19,22,23,22,25,26,26,26,27,27,26,24,' +
    '25,19,21,26,27,27,26,27,24,21,21,26,26,28,27,27,27,20,24,20,21,22,21,21,23,22,22,25,25,24,24,26,23,26,27,26,26,27,27,27,27,27,28,27,27,27,' +
    '27,27,26'
  )
    .split(',')
    .map(Number),
);
const LONGEST = 30;
/** Code of the end-of-string symbol: never in a string, its first bits are the padding. */
const END = 0x3fffffff;
const WINDOW = 12;

/** Code of each byte, right-aligned. */
const CODES = new Uint32Array(256);
/** By length: the first code, how many there are, and where their symbols begin in SYMBOLS. */
const FIRST = new Uint32Array(LONGEST + 1);
const COUNT = new Uint16Array(LONGEST + 1);
const INDEX = new Uint16Array(LONGEST + 1);
const SYMBOLS = new Uint8Array(256);

for (let length = 1, code = 0, next = 0; length <= LONGEST; length++) {
  code *= 2;
  FIRST[length] = code;
  INDEX[length] = next;
  for (let symbol = 0; symbol < 256; symbol++) {
    if (LENGTHS[symbol] !== length) continue;
    CODES[symbol] = code++;
    SYMBOLS[next++] = symbol;
  }
  COUNT[length] = next - (INDEX[length] as number);
}

/** For twelve bits: symbol, second symbol << 8, bits << 16, symbols << 24; 0 when the first code is longer. */
const PAIRS = new Uint32Array(1 << WINDOW);
/** The same for the first symbol only: symbol, bits << 8. */
const SINGLES = new Uint16Array(1 << WINDOW);

for (let window = 0; window < 1 << WINDOW; window++) {
  let bits = 0;
  let entry = 0;
  for (let n = 0; n < 2; n++) {
    const symbol = symbolIn(window, WINDOW - bits);
    if (symbol < 0) break;
    bits += LENGTHS[symbol] as number;
    if (n === 0) SINGLES[window] = symbol | (bits << 8);
    entry = ((entry & 0xff) | (symbol << (8 * n)) | (bits << 16) | ((n + 1) << 24)) >>> 0;
  }
  PAIRS[window] = entry;
}

/** The symbol whose code begins the lowest `bits` bits of `window`, -1 when they hold no whole code. */
function symbolIn(window: number, bits: number): number {
  for (let length = 5; length <= bits; length++) {
    const offset = ((window >>> (bits - length)) & ((1 << length) - 1)) - (FIRST[length] as number);
    if (offset >= 0 && offset < (COUNT[length] as number)) return SYMBOLS[(INDEX[length] as number) + offset] as number;
  }
  return -1;
}

/** Most bytes that `bytes` of Huffman code can stand for. */
export function longestDecoded(bytes: number): number {
  return Math.floor((bytes * 8) / 5) + 2;
}

/** Decodes `source[from, to)` into `out` from `start` on, where there is room for it; returns the end, or -1 when it is no code. */
export function decodeHuffman(source: Buffer, from: number, to: number, out: Buffer, start: number): number {
  let next = from;
  let at = start;
  let bits = 0;
  let have = 0;
  for (;;) {
    while (have < WINDOW && next < to) {
      bits = (bits << 8) | (source[next++] as number);
      have += 8;
    }
    if (have < WINDOW) break;
    const pair = PAIRS[(bits >>> (have - WINDOW)) & ((1 << WINDOW) - 1)] as number;
    if (pair !== 0) {
      out[at] = pair;
      out[at + 1] = pair >>> 8;
      at += pair >>> 24;
      have -= (pair >>> 16) & 0xff;
      continue;
    }
    const found = longSymbol(source, next * 8 - have, to * 8);
    if (found < 0) return -1;
    out[at++] = found;
    const bit = next * 8 - have + (LENGTHS[found & 0xff] as number);
    next = (bit + 7) >>> 3;
    have = next * 8 - bit;
    bits = have === 0 ? 0 : (source[next - 1] as number);
  }
  // Fewer bits are left than the table looks at: whole short codes, then at most seven bits of padding, all ones.
  while (have > 0) {
    const window = ((bits << (WINDOW - have)) | ((1 << (WINDOW - have)) - 1)) & ((1 << WINDOW) - 1);
    const single = SINGLES[window] as number;
    const length = single >>> 8;
    if (length === 0 || length > have) break;
    out[at++] = single;
    have -= length;
  }
  const padding = (1 << have) - 1;
  return have > 7 || (bits & padding) !== padding ? -1 : at;
}

/** The symbol whose code begins at `bit`, -1 when there is none before `end` (the end-of-string code is none). */
function longSymbol(source: Buffer, bit: number, end: number): number {
  let code = 0;
  for (let length = 1; length <= LONGEST && bit + length <= end; length++) {
    const at = bit + length - 1;
    code = code * 2 + (((source[at >>> 3] as number) >>> (7 - (at & 7))) & 1);
    const offset = code - (FIRST[length] as number);
    if (offset >= 0 && offset < (COUNT[length] as number) && code !== END) return SYMBOLS[(INDEX[length] as number) + offset] as number;
  }
  return -1;
}

/** Bytes that the code of a latin1 string takes. */
export function huffmanBytes(text: string): number {
  let bits = 0;
  for (let i = 0; i < text.length; i++) bits += LENGTHS[text.charCodeAt(i) & 0xff] as number;
  return (bits + 7) >>> 3;
}

/** Writes the code of a latin1 string; returns the end. */
export function encodeHuffman(text: string, out: Buffer, start: number): number {
  let at = start;
  let bits = 0;
  let have = 0;
  for (let i = 0; i < text.length; i++) {
    const symbol = text.charCodeAt(i) & 0xff;
    let length = LENGTHS[symbol] as number;
    const code = CODES[symbol] as number;
    // At most seven bits wait, so that long codes go in two steps.
    if (length > 24) {
      length -= 8;
      bits = (bits << 8) | ((code >>> length) & 0xff);
      out[at++] = bits >>> have;
    }
    bits = (bits << length) | (code & ((1 << length) - 1));
    have += length;
    while (have >= 8) {
      have -= 8;
      out[at++] = bits >>> have;
    }
  }
  if (have > 0) out[at++] = (bits << (8 - have)) | ((1 << (8 - have)) - 1);
  return at;
}
