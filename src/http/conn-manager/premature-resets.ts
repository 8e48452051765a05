/**
 * Streams that a client opens and takes back before anything was answered cost us more than they cost the client ("rapid reset",
 * CVE-2023-44487). Envoy 1.40 (`maybeDrainDueToPrematureResets`): a connection on which they are the half is closed, as soon as not even
 * good streams up to the count that is looked at could change that.
 */
import type { StreamInfo } from '../../telemetry/stream-info.ts';

/** `overload.premature_reset_total_stream_count`. */
const STREAMS = 500;
/** `overload.premature_reset_min_stream_lifetime_seconds` is 1, and Envoy counts whole seconds. */
const LIFETIME_MS = 2000;

export class PrematureResets {
  private ended: number;
  private premature: number;

  constructor() {
    this.ended = 0;
    this.premature = 0;
  }

  /** Called at the end of every stream; true when the connection has to go. */
  add(info: StreamInfo): boolean {
    this.ended++;
    if (info.responseCode !== 0 || info.end - info.start >= LIFETIME_MS) return false;
    this.premature++;
    return this.premature * 2 >= Math.max(this.ended, STREAMS);
  }
}
