/** Path specifiers of a RouteMatch, compiled. The query is no part of what they compare. */

import type { Problems } from '../../base/errors.ts';
import { literalPrefix } from './literal-prefix.ts';
import { compileRegex, type Regex } from './regex.ts';

export const PATH_PREFIX = 0 as const;
export const PATH_EXACT = 1 as const;
export const PATH_REGEX = 2 as const;
/** The prefix, and then the end or `/`. */
export const PATH_SEPARATED_PREFIX = 3 as const;
/** Any path, of a CONNECT: its method is looked at elsewhere. */
export const PATH_CONNECT = 4 as const;
/** Like a regular expression, of the path as it came: parameters are never ignored. */
export const PATH_TEMPLATE = 5 as const;
export type PathKind =
  | typeof PATH_PREFIX
  | typeof PATH_EXACT
  | typeof PATH_REGEX
  | typeof PATH_SEPARATED_PREFIX
  | typeof PATH_CONNECT
  | typeof PATH_TEMPLATE;

export class PathTest {
  readonly kind: PathKind;
  /** Pattern, prefix or path; lower case when case does not matter. */
  readonly text: string;
  private readonly caseSensitive: boolean;
  private readonly regex: Regex | null;
  /** Every path that matches begins with this (in whatever case when `anyCase`). */
  readonly beginning: string;

  constructor(kind: PathKind, text: string, caseSensitive: boolean, regex: Regex | null, beginning = text) {
    this.kind = kind;
    this.text = caseSensitive ? text : text.toLowerCase();
    this.caseSensitive = caseSensitive;
    this.regex = regex;
    this.beginning = beginning;
  }

  get anyCase(): boolean {
    return !this.caseSensitive;
  }

  /** Only `beginning` itself matches. */
  get whole(): boolean {
    return this.kind === PATH_EXACT;
  }

  /** `end`: where the query begins, or the length. */
  matches(path: string, end: number): boolean {
    const text = this.text;
    if (this.kind === PATH_REGEX || this.kind === PATH_TEMPLATE) return (this.regex as Regex).test(path.slice(0, end));
    if (text.length > end) return false;
    if (this.kind === PATH_EXACT && text.length !== end) return false;
    const hit = this.caseSensitive ? path.startsWith(text) : path.slice(0, text.length).toLowerCase() === text;
    if (!hit || this.kind !== PATH_SEPARATED_PREFIX) return hit;
    return text.length === end || path.charCodeAt(text.length) === 47;
  }

  /**
   * Bytes of the path that a `prefix_rewrite` replaces: what was matched, or the whole path without its query; -1 when the path does not
   * begin so, because its parameters were ignored.
   */
  matchedLength(path: string): number {
    const { kind, text } = this;
    if (kind === PATH_REGEX || kind === PATH_TEMPLATE || kind === PATH_CONNECT) return pathEnd(path);
    const begins = this.caseSensitive ? path.startsWith(text) : path.slice(0, text.length).toLowerCase() === text;
    return begins ? text.length : -1;
  }
}

/** Where the query begins, or the length. */
export function pathEnd(path: string): number {
  const at = path.indexOf('?');
  return at < 0 ? path.length : at;
}

/** Without the parameters of its segments (`;a=b`, RFC 3986 §3.3), and without its query. */
export function withoutParameters(path: string): string {
  const end = pathEnd(path);
  let at = path.indexOf(';');
  if (at < 0 || at >= end) return path;
  let text = '';
  let from = 0;
  while (at >= 0 && at < end) {
    text += path.slice(from, at);
    from = path.indexOf('/', at);
    if (from < 0 || from > end) return text;
    at = path.indexOf(';', from);
  }
  return text + path.slice(from, end);
}

export function regexPath(source: string, problems: Problems): PathTest | null {
  const regex = compileRegex(source, problems);
  return regex === null ? null : new PathTest(PATH_REGEX, source, true, regex, literalPrefix(source));
}
