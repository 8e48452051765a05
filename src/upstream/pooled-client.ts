/**
 * `ClusterClient` over the pools of this worker: one object per call that is the owner of an attempt. Nothing is retried here; who
 * calls decides what a failure means.
 */
import { FAULTS, type Fault } from '../http/faults.ts';
import { Headers } from '../http/headers.ts';
import type { Dispatcher } from '../net/dispatcher.ts';
import { Timer, type TimerOwner } from '../net/timer-wheel.ts';
import { Attempt, type AttemptOwner } from './attempt.ts';
import type { Cluster } from './cluster.ts';
import type { ClusterClient, ClusterRequest, ClusterResponse, GrpcCall, GrpcResult } from './cluster-client.ts';
import { CLUSTER_STATS } from './cluster-stats.ts';
import type { ClusterDirectory } from './factory-context.ts';
import { grpcRequest, grpcResult } from './grpc-call.ts';
import { HOST_STATS } from './host-stats.ts';
import type { PickContext } from './lb/picker.ts';
import { ReplayBuffer } from './replay-buffer.ts';

const SLOT = CLUSTER_STATS.slot;
const HOST_SLOT = HOST_STATS.slot;
/** gRPC status UNIMPLEMENTED (google.rpc.Code). */
const UNIMPLEMENTED = 12;

type Answer = (response: ClusterResponse) => void;

export class PooledClient implements ClusterClient {
  private readonly clusters: ClusterDirectory;
  private readonly dispatcher: Dispatcher;
  /** Refilled for each call. */
  private readonly pick: PickContext;

  constructor(clusters: ClusterDirectory, dispatcher: Dispatcher) {
    this.clusters = clusters;
    this.dispatcher = dispatcher;
    this.pick = { hash: -1, random: 0, tried: null, override: '', subset: null, headers: null, info: null };
  }

  request(cluster: string, request: ClusterRequest): Promise<ClusterResponse> {
    return promised(this.clusters.handle(cluster).current, this.dispatcher, this.pick, request);
  }

  grpc(name: string, call: GrpcCall): Promise<GrpcResult> {
    const cluster = this.clusters.handle(name).current;
    if (cluster !== null && cluster.selectors[0].protocol === 'h1') return NO_HTTP2;
    return promised(cluster, this.dispatcher, this.pick, grpcRequest(call, name)).then(grpcResult);
  }
}

// biome-ignore lint/plugin: the answer of a call of the proxy itself is a Promise (architecture rule 3); one for all calls
const NO_HTTP2: Promise<GrpcResult> = Promise.resolve({
  ok: false,
  status: UNIMPLEMENTED,
  text: 'the cluster speaks HTTP/1.1; gRPC needs http2_protocol_options',
});

function promised(cluster: Cluster | null, dispatcher: Dispatcher, pick: PickContext, request: ClusterRequest): Promise<ClusterResponse> {
  // biome-ignore lint/plugin: one Promise for each call of the proxy itself (architecture rule 3); no client's request has one
  return new Promise((answer) => new Call(dispatcher, request, answer).start(cluster, pick));
}

class Call implements AttemptOwner, TimerOwner {
  readonly requestHeaders: Headers;
  readonly requestEnded: boolean;
  readonly requestBody: ReplayBuffer | null;
  readonly requestTrailers: null;
  private readonly dispatcher: Dispatcher;
  private readonly request: ClusterRequest;
  private answer: Answer | null;
  private readonly timer: Timer;
  private attempt: Attempt | null;
  private headers: Headers | null;
  private readonly chunks: Buffer[];
  private bytes: number;
  private readonly startedAt: number;

  constructor(dispatcher: Dispatcher, request: ClusterRequest, answer: Answer) {
    this.requestHeaders = request.headers;
    this.requestEnded = true;
    this.requestBody = null;
    if (request.body !== null && request.body.length > 0) {
      this.requestBody = new ReplayBuffer(0);
      this.requestBody.add(request.body);
    }
    this.requestTrailers = null;
    this.dispatcher = dispatcher;
    this.request = request;
    this.answer = answer;
    this.timer = new Timer(this, 0);
    this.attempt = null;
    this.headers = null;
    this.chunks = [];
    this.bytes = 0;
    this.startedAt = dispatcher.timers.now;
  }

  start(cluster: Cluster | null, pick: PickContext): void {
    if (cluster === null) {
      this.fail(FAULTS.CLUSTER_NOT_FOUND, '');
      return;
    }
    pick.random = Math.floor(Math.random() * 0x1_0000_0000);
    const host = cluster.picker.pick(pick);
    if (host === null) {
      cluster.stats.inc(SLOT.upstream_cx_none_healthy);
      this.fail(FAULTS.NO_HEALTHY_UPSTREAM, '');
      return;
    }
    this.requestHeaders.scheme = host.transport.secure ? 'https' : 'http';
    this.dispatcher.timers.arm(this.timer, this.request.timeoutMs);
    this.attempt = new Attempt(this, cluster, host);
    this.attempt.start(cluster.selectors[0]);
  }

  onAttemptConnected(): void {}

  onAttemptFlushed(): void {}

  onAttemptInformational(): void {}

  onAttemptHeaders(attempt: Attempt, headers: Headers, end: boolean): void {
    this.headers = headers;
    attempt.cluster.responses.charge(headers.status, true);
    attempt.host?.stats.inc(headers.status >= 500 ? HOST_SLOT.rq_error : HOST_SLOT.rq_success);
    if (end) this.succeed(attempt, null);
  }

  onAttemptData(attempt: Attempt, data: Buffer, end: boolean): void {
    this.bytes += data.length;
    if (this.bytes > this.request.maxResponseBytes) {
      this.attempt = null;
      attempt.reset(FAULTS.LOCAL_RESET);
      this.fail(FAULTS.LOCAL_RESET, `the response has more than ${this.request.maxResponseBytes} bytes`);
      return;
    }
    if (data.length > 0) this.chunks.push(Buffer.from(data));
    if (end) this.succeed(attempt, null);
  }

  onAttemptTrailers(attempt: Attempt, trailers: Headers): void {
    this.succeed(attempt, trailers);
  }

  onAttemptFailed(attempt: Attempt, fault: Fault, reason: string): void {
    this.attempt = null;
    if (this.headers === null) attempt.cluster.responses.charge(fault.http, true);
    this.fail(fault, reason);
  }

  onAttemptBackedUp(): void {}

  onTimer(): void {
    const { attempt } = this;
    if (attempt === null) return;
    this.attempt = null;
    if (this.headers === null) {
      attempt.cluster.stats.inc(SLOT.upstream_rq_timeout);
      attempt.cluster.responses.charge(FAULTS.UPSTREAM_TIMEOUT.http, true);
      attempt.host?.stats.inc(HOST_SLOT.rq_timeout);
    }
    attempt.reset(FAULTS.LOCAL_RESET);
    this.fail(FAULTS.UPSTREAM_TIMEOUT, '');
  }

  private succeed(attempt: Attempt, trailers: Headers | null): void {
    this.attempt = null;
    attempt.cluster.responses.recordTime(this.dispatcher.timers.now - this.startedAt, true);
    const body = this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks, this.bytes);
    this.finish({ ok: true, headers: this.headers ?? new Headers(), body, trailers });
  }

  private fail(fault: Fault, reason: string): void {
    this.finish({ ok: false, fault, reason });
  }

  private finish(response: ClusterResponse): void {
    this.dispatcher.timers.cancel(this.timer);
    const answer = this.answer;
    this.answer = null;
    answer?.(response);
  }
}
