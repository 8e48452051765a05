/**
 * Fields that the `connection` header nominates (RFC 9110 §7.6.1), removed before anyone looks at the request, with the limits of
 * Envoy 1.40 (`Utility::sanitizeConnectionHeader`).
 */
import { CONNECTION, resolveName, TE } from '../header-name.ts';
import type { Headers } from '../headers.ts';

const MAX_NOMINATED = 10;
const MAX_TE = 256;

/** Removing these would hide where a request came from. */
const NEVER = new Set(['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto']);
/** Options of the connection itself. */
const OPTIONS = new Set(['close', 'keep-alive', 'upgrade', 'http2-settings', 'connection', '']);

/** False: the request must be refused. The `connection` field itself stays. */
export function removeNominated(headers: Headers): boolean {
  const value = headers.joined(CONNECTION);
  if (value === undefined) return true;
  const tokens = value.split(',');
  if (tokens.length >= MAX_NOMINATED) return false;
  for (const token of tokens) {
    const name = token.trim().toLowerCase();
    if (OPTIONS.has(name)) continue;
    if (NEVER.has(name) || name.startsWith(':')) return false;
    if (name !== 'te') headers.remove(resolveName(name));
    else if ((headers.get(TE)?.length ?? 0) >= MAX_TE) return false;
  }
  return true;
}
