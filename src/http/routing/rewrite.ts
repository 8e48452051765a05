/** `prefix_rewrite` and `host_rewrite_literal` of a route: applied just before the request goes upstream. */
import { pinName, X_ENVOY_ORIGINAL_PATH } from '../header-name.ts';
import type { Headers } from '../headers.ts';
import type { RequestRewrite } from '../route.ts';
import type { PathTest } from './path-match.ts';

const X_FORWARDED_HOST = pinName('x-forwarded-host');
const X_ENVOY_ORIGINAL_HOST = pinName('x-envoy-original-host');

export class LiteralRewrite implements RequestRewrite {
  private readonly path: PathTest;
  /** Replaces what the route matched; null: the path stays. */
  private readonly prefix: string | null;
  /** '': the authority stays. */
  private readonly host: string;
  private readonly appendForwardedHost: boolean;
  /** Envoy notes the host before a route's rewrite, not before a weighted cluster's. */
  private readonly keepOriginalHost: boolean;

  constructor(path: PathTest, prefix: string | null, host: string, appendForwardedHost: boolean, keepOriginalHost: boolean) {
    this.path = path;
    this.prefix = prefix;
    this.host = host;
    this.appendForwardedHost = appendForwardedHost;
    this.keepOriginalHost = keepOriginalHost;
  }

  apply(headers: Headers): void {
    if (this.host !== '') {
      if (this.keepOriginalHost) headers.set(X_ENVOY_ORIGINAL_HOST, headers.authority);
      if (this.appendForwardedHost) {
        const before = headers.get(X_FORWARDED_HOST);
        headers.set(X_FORWARDED_HOST, before === undefined ? headers.authority : `${before},${headers.authority}`);
      }
      headers.authority = this.host;
    }
    if (this.prefix !== null) {
      headers.set(X_ENVOY_ORIGINAL_PATH, headers.path);
      headers.path = this.prefix + headers.path.slice(this.path.matchedLength(headers.path));
    }
  }
}
