/**
 * What only some routes ask of the router: counters of their own and copies for mirrors. Made for the requests of such routes; for all
 * others there is none.
 */
import type { FilterStream } from '../../../src/http/filter.ts';
import type { Headers } from '../../../src/http/headers.ts';
import type { RequestMirror, Route, RouteCounts, RouteEntry } from '../../../src/http/route.ts';
import { asksForTunnel } from '../../../src/http/upgrade.ts';
import type { StreamInfo } from '../../../src/telemetry/stream-info.ts';
import type { Cluster } from '../../../src/upstream/cluster.ts';
import type { RetryCounts, RetryDecision } from '../../../src/upstream/retry/retry-state.ts';
import { replayLimitOf } from './request-facts.ts';
import type { RouterSettings } from './settings.ts';
import { Shadow } from './shadow.ts';

export class RouteExtras implements RetryCounts {
  private readonly ofRoute: RouteCounts | null;
  private readonly ofCluster: RouteCounts | null;
  /** Null when nothing is copied. */
  private shadows: Shadow[] | null;

  constructor(ofRoute: RouteCounts | null, ofCluster: RouteCounts | null) {
    this.ofRoute = ofRoute;
    this.ofCluster = ofCluster;
    this.shadows = null;
  }

  onAttempt(): void {
    if (this.ofRoute !== null) this.ofRoute.onAttempt();
    if (this.ofCluster !== null) this.ofCluster.onAttempt();
  }

  onResponse(status: number): void {
    if (this.ofRoute !== null) this.ofRoute.onResponse(status);
    if (this.ofCluster !== null) this.ofCluster.onResponse(status);
  }

  onTimeout(): void {
    if (this.ofRoute !== null) this.ofRoute.onTimeout();
    if (this.ofCluster !== null) this.ofCluster.onTimeout();
  }

  onRetry(decision: RetryDecision): void {
    if (this.ofRoute !== null) this.ofRoute.onRetry(decision);
    if (this.ofCluster !== null) this.ofCluster.onRetry(decision);
  }

  onRetrySuccess(): void {
    if (this.ofRoute !== null) this.ofRoute.onRetrySuccess();
    if (this.ofCluster !== null) this.ofCluster.onRetrySuccess();
  }

  recordTime(ms: number): void {
    if (this.ofRoute !== null) this.ofRoute.recordTime(ms);
    if (this.ofCluster !== null) this.ofCluster.recordTime(ms);
  }

  // ── copies ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * Starts the copies of the head as the upstream gets it. `timeoutMs`: the request's, 0 for none; `end`: the head is all. CONNECT and
   * upgrades are not copied, as in Envoy.
   */
  mirror(settings: RouterSettings, stream: FilterStream, action: RouteEntry, timeoutMs: number, random: number, end: boolean): void {
    const { mirrors = null } = action;
    const { requestHeaders: headers } = stream;
    if (mirrors === null || asksForTunnel(headers)) return;
    const limit = replayLimitOf(action, stream);
    for (let i = 0; i < mirrors.length; i++) {
      const mirror = mirrors[i] as RequestMirror;
      const handle = mirror.pickCluster(headers, random);
      const cluster = handle === null ? null : (handle.current as Cluster | null);
      if (cluster === null) continue;
      const shadow = new Shadow(settings, stream, cluster, headers, limit, timeoutMs);
      mirror.change(shadow.requestHeaders, stream.info);
      shadow.start(stream, end);
      if (end) continue;
      this.shadows ??= [];
      this.shadows.push(shadow);
    }
  }

  onData(data: Buffer, end: boolean): void {
    const { shadows } = this;
    if (shadows === null) return;
    for (let i = 0; i < shadows.length; i++) (shadows[i] as Shadow).send(data, end);
    if (end) this.shadows = null;
  }

  onTrailers(trailers: Headers): void {
    const { shadows } = this;
    if (shadows === null) return;
    for (let i = 0; i < shadows.length; i++) (shadows[i] as Shadow).sendTrailers(trailers);
    this.shadows = null;
  }

  /** The request is over. What is not here as a whole by now will not come, so its copies end as well. */
  onEnd(): void {
    const { shadows } = this;
    if (shadows === null) return;
    this.shadows = null;
    for (let i = 0; i < shadows.length; i++) (shadows[i] as Shadow).abandon();
  }
}

/** Null for a route that asks for nothing special. */
export function extrasFor(route: Route, action: RouteEntry, headers: Headers, info: StreamInfo): RouteExtras | null {
  const { counts = null, virtualHost } = route;
  const { virtualClusters = null } = virtualHost;
  if (counts === null && virtualClusters === null && (action.mirrors ?? null) === null) return null;
  return new RouteExtras(counts, virtualClusters === null ? null : virtualClusters.of(headers, info));
}
