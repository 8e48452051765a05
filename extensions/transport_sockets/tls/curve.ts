import type { ClientHello } from '../../../src/net/client-hello.ts';
import { GROUP_NAMES, type TlsParams } from './tls-params.ts';

/**
 * The group of a server's key exchange. Node tells it to clients only; on a server it follows from the hello: the first of ours
 * that the client sent a key share for, else the first that it supports (RFC 8446 §4.1.1, RFC 8422 §5.1).
 */
export function curveOf(hello: ClientHello, params: TlsParams, tls13: boolean): string {
  const ours = params.groups;
  if (tls13) {
    const shared = first(ours, hello.keyShares);
    if (shared !== '') return shared;
  }
  return first(ours, hello.groups);
}

function first(ours: readonly string[], theirs: readonly number[]): string {
  for (const name of ours) if (theirs.some((group) => GROUP_NAMES[group] === name)) return name;
  return '';
}
