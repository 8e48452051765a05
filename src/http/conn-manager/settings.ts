/** Everything that the connections of one HTTP connection manager share: compiled once, frozen. Durations are milliseconds, 0: off. */
import type { OverloadShares } from '../../base/overload.ts';
import type { Connection } from '../../net/connection.ts';
import type { AccessLog } from '../../telemetry/access-log.ts';
import type { StatGroup } from '../../telemetry/stats.ts';
import type { ServerCallbacks, ServerConnection } from '../codec.ts';
import type { Field } from '../headers.ts';
import type { HeaderMutations, RouteTableHolder } from '../route.ts';
import type { FilterChain } from './filter-chain.ts';
import type { HostStripper } from './host-stripper.ts';
import type { PathNormalizer } from './path-normalizer.ts';
import type { ProxyStatus } from './proxy-status.ts';
import type { ReplyRewriter } from './reply-rewriter.ts';
import type { DateField } from './response-head.ts';
import type { RequestSanitizer } from './sanitize.ts';
import type { UpgradeChain } from './upgrade-chains.ts';

/** Makes the codec of a connection when its first bytes arrive. */
export interface ServerCodecFactory {
  /**
   * `buffer[start, end)` are the bytes that have just come, borrowed; `seen` came before them. Null: they could be the beginning of either
   * protocol (all of them are of MAGIC, preface.ts), ask again with more. The codec is fed by whoever asks.
   */
  create(
    connection: Connection,
    callbacks: ServerCallbacks,
    buffer: Buffer,
    start: number,
    end: number,
    seen: number,
  ): ServerConnection | null;
}

export interface ConnectionTimeouts {
  /** From the first byte of a request to its end. */
  readonly request: number;
  /** From the first byte of a request to the end of its head. */
  readonly requestHeaders: number;
  /** Without progress on a stream. Default 300 000. */
  readonly streamIdle: number;
  /** Of a stream. */
  readonly maxStreamDuration: number;
  /** Between entries in access logs while a stream lasts. */
  readonly logEvery: number;
  /** Without a stream on a connection. Default 3 600 000. */
  readonly connectionIdle: number;
  readonly maxConnectionDuration: number;
  /** Share of it, and of `drain`, that is added at random; 0: none. */
  readonly maxConnectionJitter: number;
  readonly drainJitter: number;
  /** Between the first sign that a connection drains and its end. Default 5 000. */
  readonly drain: number;
  /** Wait for the peer to close after the last response. Default 1 000. */
  readonly delayedClose: number;
}

export interface ConnectionManagerSettings {
  readonly codec: ServerCodecFactory;
  readonly chain: FilterChain;
  readonly upgrades: readonly UpgradeChain[];
  readonly routes: RouteTableHolder;
  /** CONNECTION_MANAGER_STATS and LISTENER_HTTP_STATS. */
  readonly stats: StatGroup;
  readonly listenerStats: StatGroup;
  readonly accessLogs: readonly AccessLog[];
  /** They are also written when a request head was evaluated, before any filter sees it; and when a tunnel was granted. */
  readonly logRequests: boolean;
  readonly logTunnels: boolean;
  /** `per_connection_buffer_limit_bytes`: watermark of the connection, and what a stream keeps per direction. */
  readonly bufferLimit: number;
  /** Asked for every response: the process or the listener drains. */
  readonly life: { readonly draining: boolean };
  /** What the overload manager asks for now. */
  readonly overload: OverloadShares;
  /** Null: paths are taken as they come. */
  readonly paths: PathNormalizer | null;
  /** Null: hosts are taken as they come. */
  readonly hosts: HostStripper | null;
  /** `early_header_mutation_extensions`: what is changed of a request before anybody looks at it, in order. */
  readonly early: readonly HeaderMutations[];
  readonly sanitizer: RequestSanitizer;
  /** Null: our own answers go out as they are. */
  readonly replies: ReplyRewriter | null;
  readonly timeouts: ConnectionTimeouts;
  /** `http1_safe_max_connection_duration`: the end of an HTTP/1.1 connection that lasted long enough is told with the next response. */
  readonly safeMaxDuration: boolean;
  /** Requests after which a connection is closed; 0: no limit. */
  readonly maxRequests: number;
  /** `expect: 100-continue` is the upstream's business. */
  readonly proxy100Continue: boolean;
  readonly date: DateField;
  /** Tells clients what went wrong; null: it does not. */
  readonly proxyStatus: ProxyStatus | null;
  /** Answers of an overloaded proxy say that it is. */
  readonly tellOverload: boolean;
  /** The `server` field of responses; null: the upstream's is passed through. */
  readonly server: Field | null;
  /** Only where the upstream sent none. */
  readonly serverIfAbsent: boolean;
  /** `via` of requests and responses; '' for none. */
  readonly via: string;
  readonly requestIdInResponse: boolean;
  /** `stream_error_on_invalid_http_message`: a request that is refused with a 400 does not take its HTTP/1.1 connection with it. */
  readonly keepAfterInvalid: boolean;
}
