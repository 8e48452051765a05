/**
 * The one spelling of a path (RFC 3986 §6.2.2, WHATWG URL for backslashes), byte for byte Envoy's `normalize_path` but for what the README of
 * the HTTP connection manager lists. Only for paths in which a scan has found something to do: it builds strings.
 */

const SLASH = 47;
const PERCENT = 37;
const BACKSLASH = 92;

/** What a raw byte becomes. */
const COPIED = 0;
const ESCAPED = 1;
const RAW = Uint8Array.from({ length: 256 }, (_, c) =>
  c <= 32 || c >= 127 || '"<>^`{|}'.includes(String.fromCharCode(c)) ? ESCAPED : COPIED,
);

/** RFC 3986 §2.3: may stand for themselves. */
const UNRESERVED = Uint8Array.from({ length: 256 }, (_, c) => (/[A-Za-z0-9\-._~]/.test(String.fromCharCode(c)) ? 1 : 0));

/** `path`: from its first slash to the query, latin1. Null when it holds an escaped NUL. Applied twice it is as applied once. */
export function canonicalPath(path: string): string | null {
  const kept: string[] = [];
  let from = 1;
  for (let i = 1; i <= path.length; i++) {
    const last = i === path.length;
    const c = last ? SLASH : path.charCodeAt(i);
    if (c !== SLASH && c !== BACKSLASH) continue;
    const segment = canonicalSegment(path, from, i);
    if (segment === null) return null;
    from = i + 1;
    const dots = dotsOf(segment);
    if (dots === 0) {
      kept.push(segment);
      continue;
    }
    // The root has no parent.
    if (dots === 2) kept.pop();
    if (last) kept.push('');
  }
  return `/${kept.join('/')}`;
}

/** 1 or 2 for `.` and `..`, parameters aside: some servers drop those before they resolve dots (CVE-2026-73551). Otherwise 0. */
function dotsOf(segment: string): number {
  if (segment.charCodeAt(0) !== 46) return 0;
  const parameters = segment.indexOf(';');
  const name = parameters < 0 ? segment : segment.slice(0, parameters);
  return name === '.' ? 1 : name === '..' ? 2 : 0;
}

/** Unreserved characters unescaped, once; what may not stand in a path escaped. */
function canonicalSegment(path: string, from: number, end: number): string | null {
  let out = '';
  /** Percent signs that escape nothing, by position in `out`. */
  let stray: number[] | null = null;
  for (let i = from; i < end; i++) {
    const c = path.charCodeAt(i);
    if (c !== PERCENT) {
      out += RAW[c] === ESCAPED ? escaped(c) : path[i];
      continue;
    }
    const value = i + 2 < end ? escapeAt(path, i) : -1;
    if (value < 0) {
      stray ??= [];
      stray.push(out.length);
      out += '%';
      continue;
    }
    if (value === 0) return null;
    out += UNRESERVED[value] === 1 ? String.fromCharCode(value) : path.slice(i, i + 3);
    i += 2;
  }
  return stray === null ? out : withoutNewEscapes(out, stray);
}

/** What was decoded behind a stray percent sign must not become an escape for the next one who decodes. */
function withoutNewEscapes(segment: string, stray: readonly number[]): string {
  let out = segment;
  for (let i = stray.length - 1; i >= 0; i--) {
    const at = stray[i] as number;
    if (escapeAt(out, at) >= 0) out = `${out.slice(0, at)}%25${out.slice(at + 1)}`;
  }
  return out;
}

/** Value of the escape at a percent sign, -1 when it is none. */
function escapeAt(text: string, at: number): number {
  const high = hex(text.charCodeAt(at + 1));
  const low = hex(text.charCodeAt(at + 2));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hex(c: number): number {
  if (c >= 48 && c <= 57) return c - 48;
  const lower = c | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

function escaped(c: number): string {
  return `%${c.toString(16).toUpperCase().padStart(2, '0')}`;
}
