import type { HeaderTest } from '../../../src/http/routing/header-match.ts';
import { statSpec } from '../../../src/telemetry/stats.ts';

export const FAULT_STATS = statSpec({
  counters: ['aborts_injected', 'delays_injected', 'faults_overflow', 'response_rl_injected'],
  gauges: ['active_faults'],
});

/** How many of how many requests. */
export interface Share {
  readonly numerator: number;
  readonly denominator: number;
}

export interface DelaySettings {
  /** Milliseconds; -1: the request says it in `x-envoy-fault-delay-request`. */
  readonly ms: number;
  readonly share: Share;
}

export interface AbortSettings {
  /** One of the two is set; both 0: the request says it in a header. */
  readonly http: number;
  /** gRPC status, -1 when none. */
  readonly grpc: number;
  readonly byHeader: boolean;
  readonly share: Share;
  readonly body: string;
}

/** Of a filter, or of a route in its place. */
export interface FaultSettings {
  readonly delay: DelaySettings | null;
  readonly abort: AbortSettings | null;
  readonly headers: readonly HeaderTest[];
  /** Only for requests to this cluster; '' for all. */
  readonly cluster: string;
  /** Values of `x-envoy-downstream-service-node`; null for all. */
  readonly nodes: ReadonlySet<string> | null;
  /** Faults at one time in this worker. */
  readonly maxActive: number;
}
