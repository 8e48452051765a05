/** What retries have against hosts (extension kind `retry_host_predicate`). */
import type { Host } from '../host.ts';

/** Keeps no state: what earlier attempts used comes with the question. */
export interface RetryHostPredicate {
  /** True: another host had better be picked. */
  rejects(host: Host, tried: readonly Host[]): boolean;
}
