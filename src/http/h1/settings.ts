import type { HeadLimits } from '../codec.ts';
import type { NameCase, NameMemory } from '../name-case.ts';

/** What to do with a field whose name has an underscore (`headers_with_underscores_action`). */
export const UNDERSCORES_ALLOW = 0 as const;
export const UNDERSCORES_DROP = 1 as const;
export const UNDERSCORES_REJECT = 2 as const;
export type Underscores = typeof UNDERSCORES_ALLOW | typeof UNDERSCORES_DROP | typeof UNDERSCORES_REJECT;

/** Both sides. */
export interface H1Settings {
  readonly limits: HeadLimits;
  readonly underscores: Underscores;
  /** `enable_trailers`: received trailers are handed on, and trailers are sent. Otherwise they are checked and dropped. */
  readonly enableTrailers: boolean;
  /** `allow_chunked_length`: Transfer-Encoding wins over a Content-Length beside it, which is dropped. */
  readonly allowChunkedLength: boolean;
  /** `header_key_format`: how names are written that did not come with a spelling of their own; null: in lower case. */
  readonly nameCase: NameCase | null;
  /** What is kept of the names that are read, for whoever writes them; null: nothing. */
  readonly nameMemory: NameMemory | null;
}

export interface H1ServerSettings extends H1Settings {
  /** `accept_http_10`; otherwise HTTP/1.0 is answered with 426. */
  readonly acceptHttp10: boolean;
  /** `default_host_for_http_10`, for requests without Host; '' for none. */
  readonly defaultHost: string;
  /** `allow_custom_methods`: any token instead of the registered methods. */
  readonly allowCustomMethods: boolean;
  /** `allow_absolute_url`; otherwise the whole target is taken for a path, which nobody has. */
  readonly allowAbsolute: boolean;
  /** A `#fragment` stays in the path for the connection manager to refuse (Envoy's default); otherwise it is cut off, as Istio's sidecars do. */
  readonly rejectFragment: boolean;
  /** `ignore_http_11_upgrade`: tokens of Upgrade that are taken for not sent; h2c always is. */
  readonly ignoredUpgrades: readonly UpgradeTest[];
}

export interface UpgradeTest {
  test(token: string): boolean;
}

export interface H1ClientSettings extends H1Settings {
  /** `send_fully_qualified_url`: targets in absolute form, for proxies upstream. */
  readonly absoluteTargets: boolean;
}

/** Envoy's defaults (`max_request_headers_kb` 60, `max_headers_count` 100). */
export const SERVER_DEFAULTS: H1ServerSettings = Object.freeze({
  limits: Object.freeze({ maxBytes: 60 * 1024, maxCount: 100 }),
  underscores: UNDERSCORES_ALLOW,
  enableTrailers: false,
  allowChunkedLength: false,
  nameCase: null,
  nameMemory: null,
  acceptHttp10: false,
  defaultHost: '',
  allowCustomMethods: false,
  allowAbsolute: true,
  rejectFragment: true,
  ignoredUpgrades: [],
});

/** 80 KiB is what Envoy accepts of a response head unless the cluster says otherwise. */
export const CLIENT_DEFAULTS: H1ClientSettings = Object.freeze({
  limits: Object.freeze({ maxBytes: 80 * 1024, maxCount: 100 }),
  underscores: UNDERSCORES_ALLOW,
  enableTrailers: false,
  allowChunkedLength: false,
  nameCase: null,
  nameMemory: null,
  absoluteTargets: false,
});
