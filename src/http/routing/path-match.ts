/** Path specifiers of a RouteMatch, compiled. The query is no part of what they compare. */

import type { Problems } from '../../base/errors.ts';
import { compileRegex, type Regex } from './regex.ts';

export const PATH_PREFIX = 0 as const;
export const PATH_EXACT = 1 as const;
export const PATH_REGEX = 2 as const;
/** The prefix, and then the end or `/`. */
export const PATH_SEPARATED_PREFIX = 3 as const;
/** Any path, of a CONNECT: its method is looked at elsewhere. */
export const PATH_CONNECT = 4 as const;
export type PathKind = typeof PATH_PREFIX | typeof PATH_EXACT | typeof PATH_REGEX | typeof PATH_SEPARATED_PREFIX | typeof PATH_CONNECT;

export class PathTest {
  readonly kind: PathKind;
  /** Pattern, prefix or path; lower case when case does not matter. */
  readonly text: string;
  private readonly caseSensitive: boolean;
  private readonly regex: Regex | null;

  constructor(kind: PathKind, text: string, caseSensitive: boolean, regex: Regex | null) {
    this.kind = kind;
    this.text = caseSensitive ? text : text.toLowerCase();
    this.caseSensitive = caseSensitive;
    this.regex = regex;
  }

  /** `end`: where the query begins, or the length. */
  matches(path: string, end: number): boolean {
    const text = this.text;
    if (this.kind === PATH_REGEX) return (this.regex as Regex).test(path.slice(0, end));
    if (text.length > end) return false;
    if (this.kind === PATH_EXACT && text.length !== end) return false;
    const hit = this.caseSensitive ? path.startsWith(text) : path.slice(0, text.length).toLowerCase() === text;
    if (!hit || this.kind !== PATH_SEPARATED_PREFIX) return hit;
    return text.length === end || path.charCodeAt(text.length) === 47;
  }

  /** Bytes of the path that a `prefix_rewrite` replaces: the prefix, or the whole path without its query. */
  matchedLength(path: string): number {
    if (this.kind === PATH_PREFIX || this.kind === PATH_SEPARATED_PREFIX) return this.text.length;
    return pathEnd(path);
  }
}

/** Where the query begins, or the length. */
export function pathEnd(path: string): number {
  const at = path.indexOf('?');
  return at < 0 ? path.length : at;
}

export function regexPath(source: string, problems: Problems): PathTest | null {
  const regex = compileRegex(source, problems);
  return regex === null ? null : new PathTest(PATH_REGEX, source, true, regex);
}
