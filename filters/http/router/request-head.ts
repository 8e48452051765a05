/** What the router changes in a request head. */
import { X_ENVOY_ORIGINAL_PATH } from '../../../src/http/header-name.ts';
import type { Field, Headers } from '../../../src/http/headers.ts';
import type { RequestRewrite } from '../../../src/http/route.ts';

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
