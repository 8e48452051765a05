/**
 * Interned header names (contract 1).
 *
 * Every name that the proxy itself knows (the list below and every name in a configuration) is *pinned*: one
 * `HeaderName` object per lower-case text for the life of the process, so that a lookup on the data path compares
 * object identity. A name that only traffic brings is a transient object with `token` -1: no client decides what
 * stays in memory. A wire name always goes through `resolveName`, which finds the pinned object first, so a
 * configured name can never miss.
 */

/** What a codec has to know about a name. */
export const NAME_NORMAL = 0 as const;
/** `:method` and its kind: never sent as an HTTP/1.1 field. */
export const NAME_PSEUDO = 1 as const;
/** Connection-specific (RFC 9110 §7.6.1, RFC 9113 §8.2.2): never forwarded as it came. */
export const NAME_HOP = 2 as const;

/** No name of HTTP, or one that came with an impossible value: only the tables of HPACK hold such fields, to stay in step. */
export const NAME_INVALID = 3 as const;

export type NameKind = typeof NAME_NORMAL | typeof NAME_PSEUDO | typeof NAME_HOP | typeof NAME_INVALID;

/** Which rule a codec applies to a name besides carrying it along. */
export const RULE_NONE = 0 as const;
export const RULE_HOST = 1 as const;
export const RULE_CONTENT_LENGTH = 2 as const;
export const RULE_TRANSFER_ENCODING = 3 as const;
export const RULE_CONNECTION = 4 as const;
/** Obsolete, but `close` in it is understood. */
export const RULE_PROXY_CONNECTION = 5 as const;
export const RULE_UPGRADE = 6 as const;
export const RULE_TE = 7 as const;
/** Between neighbours only, and without a meaning for us. */
export const RULE_DROP = 8 as const;

export type NameRule =
  | typeof RULE_NONE
  | typeof RULE_HOST
  | typeof RULE_CONTENT_LENGTH
  | typeof RULE_TRANSFER_ENCODING
  | typeof RULE_CONNECTION
  | typeof RULE_PROXY_CONNECTION
  | typeof RULE_UPGRADE
  | typeof RULE_TE
  | typeof RULE_DROP;

/** In `Headers.mask`: some name of the block is not pinned. */
export const TRANSIENT_BIT = 1 << 30;

export class HeaderName {
  /** Lower case. */
  readonly text: string;
  /** Index of a pinned name, dense from 0; -1 when transient. HPACK encoders keep an Int32Array by it. */
  readonly token: number;
  readonly kind: NameKind;
  readonly rule: NameRule;
  /** Values are expected to be unique per message (ids, lengths, dates) or are secrets: never interned, never HPACK-indexed. */
  readonly unique: boolean;
  /**
   * One bit of `Headers.mask` for the hottest names, TRANSIENT_BIT for all transient ones, 0 for others: a clear bit proves absence.
   */
  readonly bit: number;
  /** `text: ` in latin1, ready for an HTTP/1.1 head. Null for transient names: they are written from `text`. */
  readonly prefix: Uint8Array | null;

  constructor(text: string, token: number, kind: NameKind, unique: boolean, bit: number) {
    this.text = text;
    this.token = token;
    this.kind = kind;
    this.rule = token < 0 ? RULE_NONE : (RULES.get(text) ?? RULE_NONE);
    this.unique = unique;
    this.bit = bit;
    this.prefix = token < 0 ? null : Buffer.from(`${text}: `, 'latin1');
  }
}

const RULES: ReadonlyMap<string, NameRule> = new Map<string, NameRule>([
  ['host', RULE_HOST],
  ['content-length', RULE_CONTENT_LENGTH],
  ['transfer-encoding', RULE_TRANSFER_ENCODING],
  ['connection', RULE_CONNECTION],
  ['proxy-connection', RULE_PROXY_CONNECTION],
  ['upgrade', RULE_UPGRADE],
  ['te', RULE_TE],
  ['keep-alive', RULE_DROP],
  ['http2-settings', RULE_DROP],
]);

const pinned = new Map<string, HeaderName>();

const HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'te',
  'http2-settings',
]);

const UNIQUE: ReadonlySet<string> = new Set([
  ':path',
  'age',
  'authorization',
  'content-length',
  'cookie',
  'date',
  'etag',
  'grpc-timeout',
  'if-modified-since',
  'if-none-match',
  'last-modified',
  'location',
  'proxy-authorization',
  'set-cookie',
  'traceparent',
  'tracestate',
  'x-b3-parentspanid',
  'x-b3-spanid',
  'x-b3-traceid',
  'x-envoy-upstream-service-time',
  'x-request-id',
]);

/** Pins a name; the same text gives the same object. For configuration and constants only, never for wire names. */
export function pinName(text: string): HeaderName {
  const lower = text.toLowerCase();
  let name = pinned.get(lower);
  if (name === undefined) {
    name = new HeaderName(lower, pinned.size, kindOf(lower), UNIQUE.has(lower), 0);
    pinned.set(lower, name);
  }
  return name;
}

/**
 * A name from the wire, already lower case: the pinned object when there is one, else a transient. Who keeps the answer
 * (the caches of the codecs) drops what it kept when `pinnedNames()` has grown: a transient may have become a pinned name.
 */
export function resolveName(lower: string): HeaderName {
  return pinned.get(lower) ?? new HeaderName(lower, -1, kindOf(lower), false, TRANSIENT_BIT);
}

/** Tokens lie in [0, pinnedNames()). Grows while configurations are compiled. */
export function pinnedNames(): number {
  return pinned.size;
}

function kindOf(lower: string): NameKind {
  if (lower.charCodeAt(0) === 58) return NAME_PSEUDO;
  return HOP.has(lower) ? NAME_HOP : NAME_NORMAL;
}

let nextBit = 0;

/** A pinned name with a bit of its own in `Headers.mask`; at most 30 of them. */
function hot(text: string): HeaderName {
  const name = new HeaderName(text, pinned.size, kindOf(text), UNIQUE.has(text), 1 << nextBit++);
  pinned.set(text, name);
  return name;
}

// Pseudo headers: held as fields of `Headers`, named here for matchers, formatters and HPACK.
export const METHOD = pinName(':method');
export const PATH = pinName(':path');
export const SCHEME = pinName(':scheme');
export const AUTHORITY = pinName(':authority');
export const STATUS = pinName(':status');
export const PROTOCOL = pinName(':protocol');

// Names that the request path asks for on every message; most answers are "absent", which the mask gives for free.
export const HOST = hot('host');
export const CONTENT_LENGTH = hot('content-length');
export const TRANSFER_ENCODING = hot('transfer-encoding');
export const CONNECTION = hot('connection');
export const KEEP_ALIVE = hot('keep-alive');
export const PROXY_CONNECTION = hot('proxy-connection');
export const UPGRADE = hot('upgrade');
export const TE = hot('te');
export const EXPECT = hot('expect');
export const CONTENT_TYPE = hot('content-type');
export const X_FORWARDED_FOR = hot('x-forwarded-for');
export const X_FORWARDED_PROTO = hot('x-forwarded-proto');
export const X_REQUEST_ID = hot('x-request-id');
export const X_FORWARDED_CLIENT_CERT = hot('x-forwarded-client-cert');
export const SERVER = hot('server');
export const DATE = hot('date');
export const GRPC_TIMEOUT = hot('grpc-timeout');
export const GRPC_STATUS = hot('grpc-status');
export const X_ENVOY_UPSTREAM_SERVICE_TIME = hot('x-envoy-upstream-service-time');
export const X_ENVOY_EXPECTED_RQ_TIMEOUT_MS = hot('x-envoy-expected-rq-timeout-ms');
export const X_ENVOY_ATTEMPT_COUNT = hot('x-envoy-attempt-count');
export const X_ENVOY_UPSTREAM_RQ_TIMEOUT_MS = hot('x-envoy-upstream-rq-timeout-ms');
export const X_ENVOY_ORIGINAL_PATH = hot('x-envoy-original-path');
export const X_ENVOY_INTERNAL = hot('x-envoy-internal');
export const X_ENVOY_RETRY_ON = hot('x-envoy-retry-on');
export const X_ENVOY_DECORATOR_OPERATION = hot('x-envoy-decorator-operation');
export const TRACEPARENT = hot('traceparent');
export const COOKIE = hot('cookie');
export const AUTHORIZATION = hot('authorization');
export const TRAILER = hot('trailer');

/** A pinned name that shares the bit of another: a set bit only says that one of them may be there. */
function sharing(other: HeaderName, text: string): HeaderName {
  const name = new HeaderName(text, pinned.size, kindOf(text), UNIQUE.has(text), other.bit);
  pinned.set(text, name);
  return name;
}

export const X_ENVOY_FORCE_TRACE = sharing(X_ENVOY_DECORATOR_OPERATION, 'x-envoy-force-trace');

// Orders to the router, few and far between: one look at the mask tells that a request has none of them.
export const X_ENVOY_RETRY_GRPC_ON = sharing(X_ENVOY_RETRY_ON, 'x-envoy-retry-grpc-on');
export const X_ENVOY_MAX_RETRIES = sharing(X_ENVOY_RETRY_ON, 'x-envoy-max-retries');
export const X_ENVOY_RETRIABLE_STATUS_CODES = sharing(X_ENVOY_RETRY_ON, 'x-envoy-retriable-status-codes');
export const X_ENVOY_RETRIABLE_HEADER_NAMES = sharing(X_ENVOY_RETRY_ON, 'x-envoy-retriable-header-names');
export const X_ENVOY_HEDGE_ON_PER_TRY_TIMEOUT = sharing(X_ENVOY_RETRY_ON, 'x-envoy-hedge-on-per-try-timeout');
export const X_ENVOY_UPSTREAM_RQ_PER_TRY_TIMEOUT_MS = sharing(X_ENVOY_RETRY_ON, 'x-envoy-upstream-rq-per-try-timeout-ms');
export const X_ENVOY_UPSTREAM_RQ_TIMEOUT_ALT_RESPONSE = sharing(X_ENVOY_RETRY_ON, 'x-envoy-upstream-rq-timeout-alt-response');
export const ROUTER_COMMANDS = X_ENVOY_RETRY_ON.bit;

// Common names: pinned so that they cost no allocation and can be indexed by HPACK.
for (const text of [
  'accept',
  'accept-charset',
  'accept-encoding',
  'accept-language',
  'accept-ranges',
  'access-control-allow-credentials',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-allow-origin',
  'access-control-expose-headers',
  'access-control-max-age',
  'access-control-request-headers',
  'access-control-request-method',
  'age',
  'allow',
  'alt-svc',
  'b3',
  'baggage',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-location',
  'content-range',
  'content-security-policy',
  'etag',
  'expires',
  'forwarded',
  'from',
  'grpc-accept-encoding',
  'grpc-encoding',
  'grpc-message',
  'http2-settings',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'last-modified',
  'link',
  'location',
  'max-forwards',
  'origin',
  'pragma',
  'proxy-authenticate',
  'proxy-authorization',
  'range',
  'referer',
  'refresh',
  'retry-after',
  'sec-ch-ua',
  'sec-ch-ua-mobile',
  'sec-ch-ua-platform',
  'sec-fetch-dest',
  'sec-fetch-mode',
  'sec-fetch-site',
  'sec-fetch-user',
  'sec-websocket-accept',
  'sec-websocket-extensions',
  'sec-websocket-key',
  'sec-websocket-protocol',
  'sec-websocket-version',
  'set-cookie',
  'strict-transport-security',
  'tracestate',
  'upgrade-insecure-requests',
  'user-agent',
  'vary',
  'via',
  'www-authenticate',
  'x-b3-flags',
  'x-b3-parentspanid',
  'x-b3-sampled',
  'x-b3-spanid',
  'x-b3-traceid',
  'x-content-type-options',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-frame-options',
  'x-powered-by',
  'x-real-ip',
]) {
  pinName(text);
}
