import { isIPv6 } from 'node:net';
import { FAULTS, type Fault } from '../faults.ts';
import type { Headers } from '../headers.ts';
import { AUTHORITY } from './chars.ts';

const MOST_PORT = 65535;

/**
 * Splits the request target (RFC 9112 §3.2) into `headers.scheme` (absolute form), `headers.authority` (absolute and authority form) and
 * `headers.path`. The characters of `target` are checked already. Null, or what is wrong. A fragment is cut off, or left in the path for
 * the connection manager to refuse.
 */
export function readTarget(target: string, headers: Headers, secure: boolean, keepFragment: boolean): Fault | null {
  if (headers.method === 'CONNECT') {
    headers.authority = target;
    return hasPort(target) && validAuthority(target) ? null : FAULTS.INVALID_URL;
  }
  let path = target;
  if (target.charCodeAt(0) !== 0x2f) {
    if (target === '*') {
      headers.path = target;
      return headers.method === 'OPTIONS' ? null : FAULTS.INVALID_URL;
    }
    const fault = absolute(target, headers, secure);
    if (fault !== null) return fault;
    const from = headers.path.length;
    path = target.slice(from);
    if (path.charCodeAt(0) !== 0x2f) path = `/${path}`;
  }
  const fragment = keepFragment ? -1 : path.indexOf('#');
  headers.path = fragment < 0 ? path : path.slice(0, fragment);
  return null;
}

/** Absolute form: sets scheme and authority, and leaves scheme and authority as they stood in `headers.path`. */
function absolute(target: string, headers: Headers, secure: boolean): Fault | null {
  const colon = target.indexOf('://');
  if (colon <= 0) return FAULTS.BAD_MESSAGE;
  const scheme = target.slice(0, colon).toLowerCase();
  if (scheme !== 'http' && (scheme !== 'https' || !secure)) return FAULTS.INVALID_SCHEME;
  headers.scheme = scheme;
  const from = colon + 3;
  let to = from;
  while (to < target.length && !endsAuthority(target.charCodeAt(to))) to++;
  headers.authority = target.slice(from, to);
  headers.path = target.slice(0, to);
  return validAuthority(headers.authority) ? null : FAULTS.INVALID_URL;
}

function endsAuthority(char: number): boolean {
  return char === 0x2f || char === 0x3f || char === 0x23;
}

/** Host, and a port of 1 to 65535 if there is one. IPv6 addresses stand in brackets. Never empty. */
export function validAuthority(authority: string): boolean {
  if (authority === '') return false;
  for (let i = 0; i < authority.length; i++) if (AUTHORITY[authority.charCodeAt(i)] !== 1) return false;
  let host = authority;
  const colon = authority.lastIndexOf(':');
  if (colon >= 0 && authority.indexOf(']', colon) < 0) {
    if (colon === 0 || !validPort(authority, colon + 1)) return false;
    host = authority.slice(0, colon);
  }
  if (host.charCodeAt(0) === 0x5b) return host.charCodeAt(host.length - 1) === 0x5d && isIPv6(host.slice(1, -1));
  return !host.includes(':') && !host.includes('[') && !host.includes(']');
}

function validPort(text: string, from: number): boolean {
  let port = 0;
  for (let i = from; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return false;
    port = port * 10 + digit;
    if (port > MOST_PORT) return false;
  }
  return port > 0;
}

function hasPort(authority: string): boolean {
  const colon = authority.lastIndexOf(':');
  return colon > 0 && authority.indexOf(']', colon) < 0;
}
