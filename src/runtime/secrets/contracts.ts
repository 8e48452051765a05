/**
 * What crosses between the worker that needs a secret and the main thread that gets it. Files are watched and servers are
 * asked once, in the main thread, however many workers there are:
 *
 *     transport socket ─▶ SecretManager (worker) ── demand ──▶ SecretHub (main) ─▶ files, SDS
 *                                                ◀─ delivery ──
 *
 * Everything here is structured-clonable.
 */

export interface SecretDemand {
  /** Equal in all workers for equal configuration: they share one subscription. */
  readonly key: string;
  /**
   * `files`: `bytes` is a Secret that names files; the worker has read them, the hub watches them.
   * `discovered`: `bytes` is an SdsSecretConfig.
   */
  readonly kind: 'files' | 'discovered';
  /** '' for a certificate that was written in place. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface SecretDelivery {
  readonly key: string;
  /**
   * A Secret whose data sources are all `inline_bytes`, checked. Null: withdrawn, or it did not come in time; whoever waits goes on
   * without it.
   */
  readonly bytes: Uint8Array | null;
}
