/**
 * A route as the engine and the router see it: compiled from envoy.config.route.v3, frozen, holding everything a request
 * needs. The compiler and the matchers live in http/routing/.
 */

import type { StreamInfo } from '../telemetry/stream-info.ts';
import type { HeaderName } from './header-name.ts';
import type { Field, Headers } from './headers.ts';
import type { UpgradeRule } from './upgrade.ts';

/**
 * A named cluster as a route holds it: the object lives as long as anybody names it, `current` follows cluster updates
 * (null: no such cluster now). `upstream/cluster.ts` narrows `current`.
 */
export interface ClusterHandle {
  readonly name: string;
  readonly current: object | null;
}

/** Header additions and removals of a route, virtual host, table or weighted cluster, in Envoy's order of application. */
export interface HeaderMutations {
  /** `request`: for the head of a response, that of its request, which values may mention. */
  apply(headers: Headers, info: StreamInfo, request?: Headers | null): void;
}

export interface RouteEntry {
  readonly kind: 'route';
  /** Chooses the cluster for a request: fixed, weighted (by `random`, an integer in [0, 2^32)), or named by a header. */
  pickCluster(headers: Headers, random: number): ClusterHandle;
  /** Status when the cluster does not exist; 503 by default. */
  readonly clusterNotFoundStatus: number;
  /** Milliseconds; 0: no timeout. Default 15 000. */
  readonly timeoutMs: number;
  /** Milliseconds; -1: not set here. */
  readonly idleTimeoutMs: number;
  /** Rewrites path and authority just before the request goes upstream; null when nothing is rewritten. */
  readonly rewrite: RequestRewrite | null;
  /** `auto_host_rewrite`: the authority becomes the name of the chosen host, where it has one. Absent: false. */
  readonly autoHost?: boolean;
  /** `append_x_forwarded_host` for that. Absent: false. */
  readonly appendForwardedHost?: boolean;
  /** Opaque here: compiled by upstream/retry; null when neither the route nor its virtual host has a policy. */
  readonly retryPolicy: object | null;
  /** Most bytes of a request body that are kept for another attempt; -1 or absent: the stream's buffer limit. */
  readonly replayLimit?: number;
  /**
   * `max_grpc_timeout`: milliseconds that cap the `grpc-timeout` of gRPC requests, which then stands in for `timeoutMs`; 0: no cap; -1 or
   * absent: `grpc-timeout` is not looked at.
   */
  readonly maxGrpcTimeoutMs?: number;
  /** `grpc_timeout_offset`: milliseconds taken off it; absent: 0. */
  readonly grpcTimeoutOffsetMs?: number;
  /** `max_stream_duration`; null or absent: the connection manager's holds. */
  readonly maxStream?: StreamDuration | null;
  /** Computes the hash for consistent balancers; null when none is configured. */
  readonly hash: RequestHash | null;
  /** `priority: HIGH`: charges the cluster's circuit breaker of that priority. Absent: default. */
  readonly highPriority?: boolean;
  /** `upgrade_configs`: overrule those of the connection manager. Absent: none. */
  readonly upgrades?: readonly UpgradeRule[];
  /** `request_mirror_policies`; null or absent: none. */
  readonly mirrors?: readonly RequestMirror[] | null;
}

/** Somebody who gets a copy of a request and whose answer nobody sees. */
export interface RequestMirror {
  /** Null: this request is not copied. `random`: as for `pickCluster`. */
  pickCluster(headers: Headers, random: number): ClusterHandle | null;
  /** What differs in the copy's head. */
  change(headers: Headers, info: StreamInfo): void;
}

/** How long a stream may take, from its first byte to its last (`RouteAction.max_stream_duration`). Milliseconds. */
export interface StreamDuration {
  /** 0: as long as it likes; -1: the connection manager's limit. */
  readonly durationMs: number;
  /** Cap of a request's own `grpc-timeout`; 0: no cap; -1: the header is not looked at. */
  readonly grpcMaxMs: number;
  /** Taken off that. */
  readonly grpcOffsetMs: number;
}

export interface RequestRewrite {
  /** `tell`: the upstream may know what path and authority were (`x-envoy-original-*`). */
  apply(headers: Headers, info: StreamInfo, tell: boolean): void;
}

export interface RequestHash {
  /** 32-bit hash, or -1 when no policy produced one. */
  hash(headers: Headers, info: StreamInfo): number;
}

export interface RedirectEntry {
  readonly kind: 'redirect';
  readonly status: number;
  /** The `location` value. */
  location(headers: Headers, info: StreamInfo): string;
}

export interface DirectResponseEntry {
  readonly kind: 'direct_response';
  readonly status: number;
  readonly body: string;
  /** `body_format`: makes the body for each request; null or absent: it is `body`. */
  readonly format?: BodyFormat | null;
}

export interface BodyFormat {
  body(headers: Headers, info: StreamInfo): string;
  readonly contentType: Field;
}

export type RouteAction = RouteEntry | RedirectEntry | DirectResponseEntry;

export interface VirtualHost {
  readonly name: string;
  readonly includeAttemptCount: boolean;
  /** `include_attempt_count_in_response`. Absent: false. */
  readonly includeAttemptCountInResponse?: boolean;
  /** `include_is_timeout_retry_header`. Absent: false. */
  readonly includeTimeoutRetry?: boolean;
  /** `filter_metadata`, by namespace. Absent: none. */
  readonly metadata?: object | null;
  /** `virtual_clusters`; null or absent: none. */
  readonly virtualClusters?: VirtualClusters | null;
}

/** Requests of a virtual host that are counted apart from the others. */
export interface VirtualClusters {
  /** Notes the name in `info`. */
  of(headers: Headers, info: StreamInfo): RouteCounts;
}

/** What a route with a `stat_prefix`, or a virtual cluster, counts of its upstream requests. Milliseconds. */
export interface RouteCounts {
  onAttempt(): void;
  onResponse(status: number): void;
  onTimeout(): void;
  /** One of the `RETRY_` constants of upstream/retry. */
  onRetry(decision: number): void;
  onRetrySuccess(): void;
  recordTime(ms: number): void;
}

export interface Route {
  /** '' when not named. */
  readonly name: string;
  readonly virtualHost: VirtualHost;
  readonly action: RouteAction;
  /** Merged settings per filter of the chain this table was compiled for, by position; null where the route says nothing. */
  readonly filterSettings: readonly unknown[];
  /** Bits of positions in the chain that the route switches on, or off. Absent: none. */
  readonly enabledFilters?: number;
  readonly disabledFilters?: number;
  readonly requestMutations: HeaderMutations | null;
  readonly responseMutations: HeaderMutations | null;
  /** `x-envoy-decorator-operation`; null when the route has no decorator. */
  readonly decorator: Field | null;
  readonly metadata: object | null;
  /** `stat_prefix`; null or absent: none. */
  readonly counts?: RouteCounts | null;
}

/** A compiled route configuration. Frozen; swapped through `RouteTableHolder.current`. */
export interface RouteTable {
  readonly name: string;
  readonly version: string;
  /** Null when no virtual host or no route matches. `random` decides runtime fractions and weighted clusters. */
  match(headers: Headers, info: StreamInfo, random: number): Route | null;
  /** Names to drop from requests for internal use only (`internal_only_headers`). */
  readonly internalOnlyHeaders: readonly HeaderName[];
}

/** What a connection manager keeps: RDS swaps `current`; null before the first table arrived. */
export interface RouteTableHolder {
  readonly current: RouteTable | null;
}
