/**
 * A CONNECT that ends here (`connect_config`): instead of a request, its bytes go to the host, on a connection of their own. To the attempt
 * it is a stream like any other, whose response is a 200 as soon as the connection stands (Envoy docs, "CONNECT", terminating).
 */
import type { RequestEncoder, ResponseDecoder, StreamCallbacks } from '../http/codec.ts';
import { FAULTS, type Fault } from '../http/faults.ts';
import { Headers } from '../http/headers.ts';
import { CLOSE_FLUSH, CLOSE_NO_FLUSH, type Connection } from '../net/connection.ts';
import type { Deferred, Dispatcher } from '../net/dispatcher.ts';
import type { Protocol } from '../telemetry/stream-info.ts';
import type { Cluster } from './cluster.ts';
import { CLUSTER_STATS } from './cluster-stats.ts';
import type { Host } from './host.ts';
import type { PendingStream, PoolCallbacks } from './pool/pool.ts';
import {
  type ConnectFailure,
  ENDED_BY_FIN,
  FAILED_LOCAL,
  FAILED_PENDING,
  FAILED_TIMEOUT,
  TcpUpstream,
  type TcpUpstreamUser,
  type UpstreamEnd,
} from './tcp-upstream.ts';

const CX_OVERFLOW = CLUSTER_STATS.slot.upstream_cx_overflow;
const NO_DATA = Buffer.alloc(0);

export class ConnectTunnel implements RequestEncoder, PendingStream, TcpUpstreamUser, Deferred {
  /** No HTTP. */
  readonly protocol: Protocol;
  private readonly dispatcher: Dispatcher;
  private readonly host: Host;
  private readonly decoder: ResponseDecoder;
  private readonly pool: PoolCallbacks;
  private readonly upstream: TcpUpstream;
  private callbacks: StreamCallbacks | null;
  /** The response began, and ended. */
  private answered: boolean;
  private responseEnded: boolean;
  private requestEnded: boolean;
  private over: boolean;
  private readDisabled: number;

  constructor(dispatcher: Dispatcher, cluster: Cluster, host: Host, decoder: ResponseDecoder, pool: PoolCallbacks) {
    this.protocol = '';
    this.dispatcher = dispatcher;
    this.host = host;
    this.decoder = decoder;
    this.pool = pool;
    this.upstream = new TcpUpstream(dispatcher, cluster, host, this);
    this.callbacks = null;
    this.answered = false;
    this.responseEnded = false;
    this.requestEnded = false;
    this.over = false;
    this.readDisabled = 0;
  }

  /** May answer through the callbacks before it returns. */
  start(): void {
    const { cluster } = this.upstream;
    if (!cluster.breaker(false).connections.tryAcquire()) {
      cluster.stats.inc(CX_OVERFLOW);
      this.over = true;
      this.pool.onPoolFailure(FAULTS.UPSTREAM_OVERFLOW, '', null);
      return;
    }
    this.upstream.connect(cluster.settings.transportOptions);
  }

  get connection(): Connection {
    return this.upstream.connection as Connection;
  }

  /** While it connects. */
  cancel(): void {
    this.over = true;
    this.upstream.close(CLOSE_NO_FLUSH);
  }

  // ── request ─────────────────────────────────────────────────────────────────────────────────────────────────────

  setCallbacks(callbacks: StreamCallbacks): void {
    this.callbacks = callbacks;
  }

  /** The head has done its duty. The answer comes behind the call, as from any host. */
  encodeHeaders(_headers: Headers, end: boolean): void {
    this.dispatcher.defer(this);
    if (end) this.endRequest();
  }

  onTurnEnd(): void {
    this.answer();
  }

  private answer(): void {
    if (this.over || this.answered) return;
    this.answered = true;
    const headers = new Headers();
    headers.status = 200;
    this.decoder.decodeHeaders(headers, false);
  }

  encodeData(data: Buffer, end: boolean): void {
    if (this.over || this.requestEnded) return;
    if (data.length > 0) this.upstream.write(data);
    if (end) this.endRequest();
  }

  encodeTrailers(): void {
    if (!this.over && !this.requestEnded) this.endRequest();
  }

  private endRequest(): void {
    this.requestEnded = true;
    this.upstream.end();
  }

  reset(_fault: Fault): void {
    if (this.over) return;
    this.finish();
    // What was written for a host that has said everything still goes out.
    this.upstream.close(this.responseEnded ? CLOSE_FLUSH : CLOSE_NO_FLUSH);
  }

  readDisable(disable: boolean): void {
    if (this.over) return;
    this.readDisabled += disable ? 1 : -1;
    this.connection.readDisable(disable);
  }

  /** Nothing follows from here. */
  private finish(): void {
    this.over = true;
    for (; this.readDisabled > 0; this.readDisabled--) this.connection.readDisable(false);
  }

  // ── the host ────────────────────────────────────────────────────────────────────────────────────────────────────

  onUpstreamConnected(): void {
    this.pool.onPoolReady(this, this, this.host);
  }

  onUpstreamFailed(_upstream: TcpUpstream, failure: ConnectFailure, reason: string): void {
    this.over = true;
    this.pool.onPoolFailure(faultOf(failure), reason, failure === FAILED_PENDING ? null : this.host);
  }

  onUpstreamData(buffer: Buffer, start: number, end: number): void {
    if (this.over) return;
    this.answer();
    this.decoder.decodeData(buffer.subarray(start, end), false);
  }

  onUpstreamEnd(): void {
    if (this.over) return;
    this.answer();
    this.responseEnded = true;
    this.decoder.decodeData(NO_DATA, true);
  }

  onUpstreamGone(end: UpstreamEnd): void {
    if (this.over) return;
    this.finish();
    if (!(this.responseEnded && end === ENDED_BY_FIN)) this.callbacks?.onReset(FAULTS.CONNECTION_TERMINATION);
  }

  onUpstreamBackedUp(backedUp: boolean): void {
    if (this.over) return;
    if (backedUp) this.callbacks?.onAboveHighWatermark();
    else this.callbacks?.onBelowLowWatermark();
  }

  onUpstreamFlushed(): void {}
}

function faultOf(failure: ConnectFailure): Fault {
  if (failure === FAILED_PENDING) return FAULTS.UPSTREAM_OVERFLOW;
  if (failure === FAILED_TIMEOUT) return FAULTS.CONNECT_TIMEOUT;
  return failure === FAILED_LOCAL ? FAULTS.LOCAL_CONNECT_FAILURE : FAULTS.CONNECT_FAILURE;
}
