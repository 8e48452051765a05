/**
 * `normalize_path`, `merge_slashes` and `path_with_escaped_slashes_action`: whoever matches, guards or forwards a request sees the one path
 * that comes out here. A path with nothing to normalise costs one scan.
 */
import type { Headers } from '../headers.ts';
import { canonicalPath } from './canonical-path.ts';

/** What is done with `%2F` and `%5C`. */
export const SLASHES_KEEP = 0;
export const SLASHES_REJECT = 1;
export const SLASHES_REDIRECT = 2;
export const SLASHES_UNESCAPE = 3;
export type EscapedSlashes = typeof SLASHES_KEEP | typeof SLASHES_REJECT | typeof SLASHES_REDIRECT | typeof SLASHES_UNESCAPE;

/** What becomes of the request. */
export const PATH_ACCEPTED = 0;
export const PATH_REJECTED = 1;
/** `headers.path` is where the client is sent to. */
export const PATH_REDIRECTED = 2;
export type PathOutcome = typeof PATH_ACCEPTED | typeof PATH_REJECTED | typeof PATH_REDIRECTED;

export interface PathSettings {
  readonly normalize: boolean;
  readonly mergeSlashes: boolean;
  readonly escapedSlashes: EscapedSlashes;
}

/** Kinds of bytes for the scan. */
const PLAIN = 0;
/** Asks for the long way wherever it stands. */
const SPECIAL = 1;
const SLASH = 2;
/** Only behind a slash. */
const DOT = 3;
const END = 4;

export class PathNormalizer {
  private readonly settings: PathSettings;
  private readonly kinds: Uint8Array;

  constructor(settings: PathSettings) {
    this.settings = settings;
    this.kinds = kindsFor(settings);
  }

  /** Changes `headers.path`, which begins with a slash. */
  apply(headers: Headers): PathOutcome {
    const { path } = headers;
    const kinds = this.kinds;
    const { mergeSlashes } = this.settings;
    let before = PLAIN;
    for (let i = 0; i < path.length; i++) {
      const kind = kinds[path.charCodeAt(i)] as number;
      if (kind !== PLAIN) {
        if (kind === END) return PATH_ACCEPTED;
        if (kind === SPECIAL || (before === SLASH && (kind === DOT || (kind === SLASH && mergeSlashes)))) return this.rewrite(headers);
      }
      before = kind;
    }
    return PATH_ACCEPTED;
  }

  private rewrite(headers: Headers): PathOutcome {
    const { normalize, mergeSlashes, escapedSlashes } = this.settings;
    const question = headers.path.indexOf('?');
    const query = question < 0 ? '' : headers.path.slice(question);
    let path = question < 0 ? headers.path : headers.path.slice(0, question);
    let redirect = false;
    if (escapedSlashes !== SLASHES_KEEP) {
      const unescaped = path.replace(ESCAPED_SLASH, unescapeSlash);
      if (unescaped !== path) {
        if (escapedSlashes === SLASHES_REJECT) return PATH_REJECTED;
        redirect = escapedSlashes === SLASHES_REDIRECT;
        path = unescaped;
      }
    }
    if (normalize) {
      const canonical = canonicalPath(path);
      if (canonical === null) return PATH_REJECTED;
      path = canonical;
    }
    if (mergeSlashes) path = path.replace(SLASHES, '/');
    // Clients take what stands behind two slashes for another host.
    if (redirect && OTHER_HOST.test(path)) return PATH_REJECTED;
    headers.path = path + query;
    return redirect ? PATH_REDIRECTED : PATH_ACCEPTED;
  }
}

const ESCAPED_SLASH = /%2f|%5c/gi;
const SLASHES = /\/{2,}/g;
const OTHER_HOST = /^\/[/\\]/;

function unescapeSlash(found: string): string {
  return found.charCodeAt(1) === 50 ? '/' : '\\';
}

function kindsFor(settings: PathSettings): Uint8Array {
  const special = settings.normalize ? /[%\\"<>^`{|}]|[^!-~]/ : settings.escapedSlashes === SLASHES_KEEP ? null : /%/;
  return Uint8Array.from({ length: 256 }, (_, c) => {
    const char = String.fromCharCode(c);
    if (char === '?') return END;
    if (char === '/') return SLASH;
    if (special?.test(char)) return SPECIAL;
    return char === '.' && settings.normalize ? DOT : PLAIN;
  });
}
