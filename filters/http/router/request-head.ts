/** What the router changes in a request head. */
import { grpcTimeoutText } from '../../../src/http/grpc-timeout.ts';
import { GRPC_TIMEOUT, X_ENVOY_ORIGINAL_PATH } from '../../../src/http/header-name.ts';
import type { Field, Headers } from '../../../src/http/headers.ts';
import type { RequestRewrite, RouteEntry } from '../../../src/http/route.ts';
import type { RouterSettings } from './settings.ts';

/** `tell`: the upstream may know what the path was. */
export function rewriteHead(headers: Headers, rewrite: RequestRewrite, tell: boolean): void {
  if (tell) {
    rewrite.apply(headers);
    return;
  }
  const original = headers.indexOf(X_ENVOY_ORIGINAL_PATH, 0);
  const kept: Field | null = original < 0 ? null : headers.field(original);
  rewrite.apply(headers);
  if (kept !== null) headers.setField(kept);
  else headers.remove(X_ENVOY_ORIGINAL_PATH);
}

/**
 * Tells the upstream how long it has: the time of one attempt, or of the whole response; 0: no limit. `elapsed` milliseconds of the whole
 * are over. gRPC hears it in its own header under `max_grpc_timeout`.
 */
export function tellTimeout(
  headers: Headers,
  action: RouteEntry,
  settings: RouterSettings,
  grpc: boolean,
  wholeMs: number,
  tryMs: number,
  elapsed: number,
): void {
  let expected = tryMs === 0 ? wholeMs : tryMs;
  if (expected === 0) return;
  if (wholeMs > 0 && elapsed > 0) expected = Math.max(1, Math.min(expected, wholeMs - elapsed));
  if (!settings.suppressEnvoyHeaders) headers.setField(settings.expectedTimeout(expected));
  if (grpc && (action.maxGrpcTimeoutMs ?? -1) >= 0) headers.set(GRPC_TIMEOUT, grpcTimeoutText(expected));
}
