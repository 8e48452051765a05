import { AUTHORITY as AUTHORITY_CHARS, TARGET, TOKEN } from '../h1/chars.ts';
import { UNDERSCORES_ALLOW, UNDERSCORES_REJECT, type Underscores } from '../h1/settings.ts';
import { CONTENT_LENGTH, COOKIE, HOST } from '../header-name.ts';
import { Field, type Headers } from '../headers.ts';

/** Content-Length of a message without one, and of one that cannot be believed. */
export const NO_LENGTH = -1;
export const BAD_LENGTH = -2;

const VALID_SCHEME = /^[a-z][a-z0-9+.-]*$/;

/**
 * RFC 9113 §8.3.1 for a request whose fields are well-formed one by one: which pseudo headers it must have, and what may stand in them.
 * Scheme becomes lower case; Host moves to the authority or is dropped; `cookie` fields are joined (§8.2.3). False: malformed.
 */
export function completeRequest(headers: Headers, allowConnect: boolean): boolean {
  const { method, scheme, path, protocol } = headers;
  if (!isToken(method)) return false;
  if (headers.mask & HOST.bit && !takeHost(headers)) return false;
  if (!isAuthority(headers.authority)) return false;
  if (headers.mask & COOKIE.bit) joinCookies(headers);
  if (method === 'CONNECT' && protocol === '') return scheme === '' && path === '' && headers.authority !== '';
  if (protocol !== '' && (method !== 'CONNECT' || !allowConnect || !isToken(protocol))) return false;
  if (scheme !== 'http' && scheme !== 'https' && !takeScheme(headers)) return false;
  return isPath(path, method);
}

function isToken(text: string): boolean {
  for (let i = 0; i < text.length; i++) if ((TOKEN[text.charCodeAt(i)] ?? 0) === 0) return false;
  return text !== '';
}

function takeScheme(headers: Headers): boolean {
  headers.scheme = headers.scheme.toLowerCase();
  return VALID_SCHEME.test(headers.scheme);
}

/** Origin form, or `*` of OPTIONS. Visible ASCII, so that nobody behind us can cut it differently. */
function isPath(path: string, method: string): boolean {
  if (path.charCodeAt(0) !== 0x2f) return path === '*' && method === 'OPTIONS';
  for (let i = 1; i < path.length; i++) if (TARGET[path.charCodeAt(i)] !== 1) return false;
  return true;
}

/** No user information, no list, nothing that does not belong to a host and a port. Empty is for the connection manager to refuse. */
function isAuthority(authority: string): boolean {
  for (let i = 0; i < authority.length; i++) if (AUTHORITY_CHARS[authority.charCodeAt(i)] !== 1) return false;
  return true;
}

/** The authority wins over Host. Without one, Host is it, if there is only one. */
function takeHost(headers: Headers): boolean {
  const first = headers.indexOf(HOST, 0);
  if (first < 0) return true;
  if (headers.authority === '') {
    if (headers.indexOf(HOST, first + 1) >= 0) return false;
    headers.authority = headers.field(first).value;
  }
  headers.remove(HOST);
  return true;
}

/** Crumbs compress better, but everybody behind us expects one field. Their number and size were limited when they were read. */
function joinCookies(headers: Headers): void {
  const first = headers.indexOf(COOKIE, 0);
  if (first < 0) return;
  let at = headers.indexOf(COOKIE, first + 1);
  if (at < 0) return;
  const { sensitive } = headers.field(first);
  let value = headers.field(first).value;
  for (; at >= 0; at = headers.indexOf(COOKIE, at + 1)) value += `; ${headers.field(at).value}`;
  headers.setField(new Field(COOKIE, value, -1, sensitive));
}

/** The value of Content-Length: digits without leading zeros, once (RFC 9110 §8.6). */
export function contentLength(headers: Headers): number {
  if ((headers.mask & CONTENT_LENGTH.bit) === 0) return NO_LENGTH;
  const at = headers.indexOf(CONTENT_LENGTH, 0);
  if (at < 0) return NO_LENGTH;
  if (headers.indexOf(CONTENT_LENGTH, at + 1) >= 0) return BAD_LENGTH;
  const text = headers.field(at).value;
  const { length } = text;
  if (length === 0 || length > 16 || (length > 1 && text.charCodeAt(0) === 0x30)) return BAD_LENGTH;
  let value = 0;
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return BAD_LENGTH;
    value = value * 10 + digit;
  }
  return value <= Number.MAX_SAFE_INTEGER ? value : BAD_LENGTH;
}

export const UNDERSCORES_FINE = 0 as const;
export const UNDERSCORES_DROPPED = 1 as const;
export const UNDERSCORES_REFUSED = 2 as const;

/** `headers_with_underscores_action`. */
export function applyUnderscores(headers: Headers, action: Underscores): number {
  if (action === UNDERSCORES_ALLOW) return UNDERSCORES_FINE;
  const { fields, count } = headers;
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const field = fields[i] as Field;
    if (!field.name.text.includes('_')) fields[kept++] = field;
    else if (action === UNDERSCORES_REJECT) return UNDERSCORES_REFUSED;
  }
  headers.count = kept;
  return kept === count ? UNDERSCORES_FINE : UNDERSCORES_DROPPED;
}

/** What of a message concerns its framing may not come after it (RFC 9110 §6.5.1). */
export function dropFramingOfTrailers(trailers: Headers): void {
  if (trailers.mask & (CONTENT_LENGTH.bit | HOST.bit)) {
    trailers.remove(CONTENT_LENGTH);
    trailers.remove(HOST);
  }
}
