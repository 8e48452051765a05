import type { RuntimeFraction, RuntimeInteger, RuntimeValues } from '../../../src/base/runtime-values.ts';
import type { HeaderTest } from '../../../src/http/routing/header-match.ts';
import { statSpec } from '../../../src/telemetry/stats.ts';

export const FAULT_STATS = statSpec({
  counters: ['aborts_injected', 'delays_injected', 'faults_overflow', 'response_rl_injected'],
  gauges: ['active_faults'],
});

/** How many of how many requests, and what a key for one downstream cluster falls back to. */
export interface Share {
  readonly fraction: RuntimeFraction;
  readonly numerator: number;
  readonly denominator: number;
}

export interface DelaySettings {
  /** The request says how long in `x-envoy-fault-delay-request`. */
  readonly byHeader: boolean;
  /** Milliseconds; 0 where a header says them. */
  readonly ms: number;
  /** Runtime key of the milliseconds. */
  readonly msKey: string;
  readonly share: Share;
}

export interface AbortSettings {
  /** 0 when none. */
  readonly http: number;
  /** gRPC status, -1 when none. */
  readonly grpc: number;
  readonly httpKey: string;
  readonly grpcKey: string;
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
  readonly maxActive: RuntimeInteger;
  /** Asked for keys that have the client's cluster in their name. */
  readonly values: RuntimeValues;
}
