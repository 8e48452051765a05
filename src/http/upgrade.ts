/**
 * Upgrades: which ones a configuration allows, and how a request for one looks in either protocol.
 *
 * Between the codecs it is always the HTTP/1.1 form (Envoy 1.40 does the same): a request with its method and `Headers.protocol`, a
 * 101 that grants it with the `protocol` it granted. In HTTP/2 the request is an extended CONNECT (RFC 8441 §4) and a 200 grants it.
 * A plain CONNECT has no `protocol`, and is granted with a 2xx in both.
 */
import type { Headers } from './headers.ts';

/** One of `upgrade_configs`. */
export interface UpgradeRule {
  /** Lower case: `websocket`, `connect` for the method. */
  readonly type: string;
  readonly enabled: boolean;
  /** `connect_config`: the bytes of a CONNECT go to the upstream without HTTP around them. Absent: not. */
  readonly terminate?: boolean;
}

/** The request asks for bytes both ways instead of a response. */
export function asksForTunnel(headers: Headers): boolean {
  return headers.protocol !== '' || headers.method === 'CONNECT';
}

/** What `upgrade_configs` call the request's wish, in lower case. */
export function upgradeType(headers: Headers): string {
  return headers.protocol === '' ? 'connect' : headers.protocol.toLowerCase();
}

/** The rule for `type` (lower case), null when there is none. */
export function ruleFor<T extends UpgradeRule>(rules: readonly T[], type: string): T | null {
  for (let i = 0; i < rules.length; i++) if ((rules[i] as T).type === type) return rules[i] as T;
  return null;
}

/** A CONNECT that ends at this proxy. */
export function endsHere(request: Headers, rules: readonly UpgradeRule[] | undefined): boolean {
  return request.method === 'CONNECT' && rules !== undefined && ruleFor(rules, 'connect')?.terminate === true;
}

/** Whether a response with this status grants what the request asked for, in the HTTP/1.1 form. */
export function grantsTunnel(request: Headers, status: number): boolean {
  if (request.protocol !== '') return status === 101;
  return request.method === 'CONNECT' && status >= 200 && status < 300;
}

// ── the HTTP/2 form (RFC 8441) ────────────────────────────────────────────────────────────────────────────────────────

/** `:method` of a request on its way to an HTTP/2 peer. */
export function h2Method(headers: Headers): string {
  return headers.protocol === '' ? headers.method : 'CONNECT';
}

/** `:status` of a response on its way to an HTTP/2 peer. */
export function h2Status(headers: Headers): number {
  return headers.status === 101 ? 200 : headers.status;
}

/** A request that came over HTTP/2, with `:protocol` in `protocol`: from here on it is an upgrade like any other. */
export function fromExtendedConnect(headers: Headers): void {
  if (headers.protocol !== '' && headers.method === 'CONNECT') headers.method = 'GET';
}

/** The final response head to an extended CONNECT for `protocol` ('' for other requests), as it came over HTTP/2. */
export function fromExtendedConnectResponse(headers: Headers, protocol: string): void {
  if (protocol === '' || headers.status !== 200) return;
  headers.status = 101;
  headers.protocol = protocol;
}
