/** What crosses between the main thread and a worker thread. Everything is structured-clonable; values of stats never cross. */
import type { Problem } from '../base/errors.ts';
import type { StatsDescription } from '../telemetry/description.ts';
import type { Worker, WorkerState } from './contracts.ts';
import type { SecretDelivery, SecretDemand } from './secrets/contracts.ts';

/** Methods of `Worker` that are called over the port. */
export type WorkerMethod = Exclude<keyof Worker, 'index' | 'deliverSecret'>;

export interface Call {
  readonly id: number;
  readonly method: WorkerMethod;
  readonly args: readonly unknown[];
}

/** A call, or what nobody waits for an answer to. */
export type ToThread = Call | { readonly secret: SecretDelivery };

export type ThreadMessage =
  /** Extensions are loaded: calls are heard from now on. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'state'; readonly state: WorkerState }
  | { readonly kind: 'late'; readonly listener: string; readonly problem: Problem }
  | { readonly kind: 'demand'; readonly demand: SecretDemand }
  | { readonly kind: 'release'; readonly key: string }
  | { readonly kind: 'stats'; readonly descriptions: readonly StatsDescription[] }
  /** A line of the proxy's log, with its line end. */
  | { readonly kind: 'log'; readonly line: string };
