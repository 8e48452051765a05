/** What every router filter of a chain shares. */
import { constantField } from '../../../src/http/field-pool.ts';
import {
  pinName,
  X_ENVOY_ATTEMPT_COUNT,
  X_ENVOY_EXPECTED_RQ_TIMEOUT_MS,
  X_ENVOY_INTERNAL,
  X_ENVOY_UPSTREAM_SERVICE_TIME,
} from '../../../src/http/header-name.ts';
import { Field, type Headers } from '../../../src/http/headers.ts';
import type { RouteEntry } from '../../../src/http/route.ts';
import { type StatGroup, statSpec } from '../../../src/telemetry/stats.ts';
import type { StreamInfo } from '../../../src/telemetry/stream-info.ts';
import type { Cluster } from '../../../src/upstream/cluster.ts';
import type { Host } from '../../../src/upstream/host.ts';
import type { PickContext, TriedHosts } from '../../../src/upstream/lb/picker.ts';
import { machineAddress } from './machine-address.ts';

/** Under `http.<stat_prefix>.` (Envoy docs, "Router", statistics). */
export const ROUTER_STATS = statSpec({
  counters: [
    'no_cluster',
    'no_route',
    'passthrough_internal_redirect_bad_location',
    'passthrough_internal_redirect_no_route',
    'passthrough_internal_redirect_predicate',
    'passthrough_internal_redirect_too_many_redirects',
    'passthrough_internal_redirect_unsafe_scheme',
    'rq_direct_response',
    'rq_overload_local_reply',
    'rq_redirect',
    'rq_reset_after_downstream_response_started',
    'rq_total',
  ],
});

export const IS_TIMEOUT_RETRY = pinName('x-envoy-is-timeout-retry');
export const ATTEMPTS = X_ENVOY_ATTEMPT_COUNT;
export const LOCATION = pinName('location');
export const OVERLOADED = constantField(pinName('x-envoy-overloaded'), 'true');

/** Service times below this are fields made once. */
const SHORT_MS = 256;

export interface RouterOptions {
  /** `dynamic_stats`: response codes and times are counted for each cluster. */
  readonly dynamicStats: boolean;
  readonly suppressEnvoyHeaders: boolean;
  readonly respectExpectedTimeout: boolean;
}

/** One per chain and worker. */
export class RouterSettings {
  readonly stats: StatGroup;
  readonly dynamicStats: boolean;
  readonly suppressEnvoyHeaders: boolean;
  readonly respectExpectedTimeout: boolean;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Refilled for each pick. */
  private readonly pick: PickContext;
  readonly firstAttempt: Field;
  /** Of `http.async-client.`, where requests count that the proxy makes itself. */
  readonly asyncStats: StatGroup;
  /** What marks them. */
  readonly internalRequest: Field;
  private readonly serviceTimes: (Field | undefined)[];
  private expectedMs: number;
  /** Null until it is needed. */
  private address: string | null;
  private expected: Field;

  constructor(options: RouterOptions, stats: StatGroup, random: () => number = Math.random, asyncStats: StatGroup = stats) {
    this.stats = stats;
    this.dynamicStats = options.dynamicStats;
    this.suppressEnvoyHeaders = options.suppressEnvoyHeaders;
    this.respectExpectedTimeout = options.respectExpectedTimeout;
    this.random = random;
    this.pick = { hash: -1, random: 0, tried: null, override: '', subset: null, headers: null, info: null };
    this.firstAttempt = constantField(X_ENVOY_ATTEMPT_COUNT, '1');
    this.asyncStats = asyncStats;
    this.internalRequest = constantField(X_ENVOY_INTERNAL, 'true');
    this.serviceTimes = new Array<Field | undefined>(SHORT_MS).fill(undefined);
    this.expectedMs = 15_000;
    this.address = null;
    this.expected = constantField(X_ENVOY_EXPECTED_RQ_TIMEOUT_MS, '15000');
  }

  /** `random`: an integer in [0, 2^32); `tried`: null for a first attempt. Null: no host may be used. */
  pickHost(
    cluster: Cluster,
    action: RouteEntry,
    headers: Headers,
    info: StreamInfo,
    random: number,
    tried: TriedHosts | null,
  ): Host | null {
    const { pick } = this;
    pick.hash = action.hash === null ? -1 : action.hash.hash(headers, info);
    pick.random = random;
    pick.tried = tried;
    pick.headers = headers;
    pick.info = info;
    return cluster.picker.pick(pick);
  }

  /** A host for a request of the proxy itself; null: none may be used. */
  pickAny(cluster: Cluster, headers: Headers, info: StreamInfo): Host | null {
    const { pick } = this;
    pick.hash = -1;
    pick.random = Math.floor(this.random() * 0x1_0000_0000);
    pick.tried = null;
    pick.headers = headers;
    pick.info = info;
    return cluster.picker.pick(pick);
  }

  /** The machine's, as hosts see it (`x-forwarded-for` of what the proxy sends itself). */
  ownAddress(): string {
    this.address ??= machineAddress();
    return this.address;
  }

  /** `x-envoy-upstream-service-time`; whole milliseconds. */
  serviceTime(ms: number): Field {
    if (ms >= SHORT_MS) return new Field(X_ENVOY_UPSTREAM_SERVICE_TIME, String(ms), -1, false);
    let field = this.serviceTimes[ms];
    if (field === undefined) {
      field = constantField(X_ENVOY_UPSTREAM_SERVICE_TIME, String(ms));
      this.serviceTimes[ms] = field;
    }
    return field;
  }

  /** `x-envoy-expected-rq-timeout-ms`; routes rarely differ in it. */
  expectedTimeout(ms: number): Field {
    if (ms !== this.expectedMs) {
      this.expectedMs = ms;
      this.expected = constantField(X_ENVOY_EXPECTED_RQ_TIMEOUT_MS, String(ms));
    }
    return this.expected;
  }
}
