/** How long a stream may take under the settings of its route (Envoy 1.40 `ActiveStream::refreshDurationTimeout`). */
import { grpcTimeoutOf, grpcTimeoutText } from '../grpc-timeout.ts';
import { GRPC_TIMEOUT } from '../header-name.ts';
import type { Headers } from '../headers.ts';
import type { StreamDuration } from '../route.ts';

/**
 * Milliseconds from the begin of the stream, Infinity for as long as it likes. `own`: the connection manager's limit, 0 for none; `limit`:
 * the route's, null for none. A gRPC request is told upstream what it has.
 */
export function streamDuration(limit: StreamDuration | null, own: number, headers: Headers, grpc: boolean): number {
  const general = own > 0 ? own : Number.POSITIVE_INFINITY;
  if (limit === null) return general;
  const asked = limit.grpcMaxMs < 0 ? -1 : grpcTimeoutOf(headers);
  let ms = general;
  if (asked >= 0) {
    ms = limit.grpcMaxMs > 0 ? Math.min(asked, limit.grpcMaxMs) : asked;
    ms = Math.max(0, ms - limit.grpcOffsetMs);
  } else if (limit.durationMs >= 0) {
    ms = limit.durationMs === 0 ? Number.POSITIVE_INFINITY : limit.durationMs;
  }
  if (grpc && ms < Number.POSITIVE_INFINITY) headers.set(GRPC_TIMEOUT, grpcTimeoutText(ms));
  return ms;
}
