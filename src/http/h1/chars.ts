/** Which bytes may stand where. */

/** RFC 9110 §5.6.2 token: the lower-case form of a token character, 0 for every other byte. */
export const TOKEN = new Uint8Array(256);
for (const c of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz") TOKEN[c.charCodeAt(0)] = c.charCodeAt(0);
for (let c = 0x41; c <= 0x5a; c++) TOKEN[c] = c + 32;

/** RFC 9110 §5.5 field value: 1 for HTAB, SP, VCHAR and obs-text; everything else is refused, bare CR and NUL first. */
export const VALUE = new Uint8Array(256).fill(1, 0x20);
VALUE[0x09] = 1;
VALUE[0x7f] = 0;

/** Request target: visible ASCII. Wider than RFC 3986 (as Envoy is), but never a byte that another parser could split at. */
export const TARGET = new Uint8Array(256).fill(1, 0x21, 0x7f);

/**
 * Host and port (RFC 3986 §3.2.2, §3.2.3): unreserved, sub-delims, `%`, `:`, brackets. No userinfo, and no comma: a list of
 * hosts is what two Host fields look like after somebody joined them.
 */
export const AUTHORITY = new Uint8Array(256);
for (const c of "-._~!$&'()*+;=%:[]0123456789") AUTHORITY[c.charCodeAt(0)] = 1;
for (let c = 0x41; c <= 0x5a; c++) {
  AUTHORITY[c] = 1;
  AUTHORITY[c + 32] = 1;
}

/** Hexadecimal digit: its value, 255 for every other byte. */
export const HEX = new Uint8Array(256).fill(255);
for (let i = 0; i < 16; i++) {
  HEX['0123456789abcdef'.charCodeAt(i)] = i;
  HEX['0123456789ABCDEF'.charCodeAt(i)] = i;
}

export const HTAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SP = 0x20;
export const COLON = 0x3a;
