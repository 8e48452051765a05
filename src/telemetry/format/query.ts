/** Query strings as Envoy's formatters read them. All strings are byte strings. */

export function withoutQuery(path: string): string {
  const at = path.indexOf('?');
  return at < 0 ? path : path.slice(0, at);
}

/** What follows the question mark; null without one. */
export function queryOf(path: string): string | null {
  const at = path.indexOf('?');
  return at < 0 ? null : path.slice(at + 1);
}

/** First value of a parameter, decoded; `c` in `?c` is ''. A plus is a plus. */
export function queryParameter(path: string, name: string): string | null {
  const query = queryOf(path);
  if (query === null) return null;
  for (const pair of query.split('&')) {
    const at = pair.indexOf('=');
    const key = at < 0 ? pair : pair.slice(0, at);
    if (key !== name && decodePercent(key) !== name) continue;
    return at < 0 ? '' : decodePercent(pair.slice(at + 1));
  }
  return null;
}

const ESCAPES = /%([0-9A-Fa-f]{2})/g;

/** `%41` → `A`; what is no escape stays. */
export function decodePercent(text: string): string {
  return text.includes('%') ? text.replace(ESCAPES, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) : text;
}

/**
 * What `QUERY_PARAMS(DECODED)` does: escapes of visible characters become the characters, but for those that break quoting; a percent
 * sign that begins no escape is dropped, unless fewer than two characters follow.
 */
export function decodeVisible(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/%([0-9A-Fa-f]{2})?/g, (all, hex: string | undefined, at: number) => {
    if (hex === undefined) return at + 2 < text.length ? '' : all;
    const char = String.fromCharCode(Number.parseInt(hex, 16));
    return VISIBLE.test(char) ? char : all;
  });
}

/** Printable ASCII without space and `"<>\^{|}`. */
const VISIBLE = /[!#-;=?-[\]_-z~]/;
