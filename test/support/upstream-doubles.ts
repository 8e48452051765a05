/** What upstream code is tested with: hosts behind connections in memory, and a codec that speaks no protocol. */

import type { Address } from '../../src/base/address.ts';
import { ipAddress } from '../../src/base/address.ts';
import { Problems } from '../../src/base/errors.ts';
import type {
  ClientCallbacks,
  ClientConnection,
  LeaveReason,
  RequestEncoder,
  ResponseDecoder,
  StreamCallbacks,
} from '../../src/http/codec.ts';
import { FAULTS, type Fault } from '../../src/http/faults.ts';
import { CLIENT_DEFAULTS } from '../../src/http/h1/settings.ts';
import { H2_CLIENT_DEFAULTS } from '../../src/http/h2/settings.ts';
import { H2_STATS } from '../../src/http/h2/stats.ts';
import { Headers } from '../../src/http/headers.ts';
import type { Connection, ConnectionCallbacks } from '../../src/net/connection.ts';
import type { UpstreamTransportOptions, UpstreamTransportSocketFactory } from '../../src/net/transport-socket.ts';
import { createSharedCounts } from '../../src/telemetry/shared-counts.ts';
import { createWorkerStats, type WorkerStats } from '../../src/telemetry/worker-stats.ts';
import { Breakers, DEFAULT_THRESHOLDS, type Thresholds } from '../../src/upstream/circuit-breaker.ts';
import type { ClusterSettings, UpstreamHttpSettings } from '../../src/upstream/cluster.ts';
import { ClusterState } from '../../src/upstream/cluster-state.ts';
import { CLUSTER_STATS, HTTP1_STATS, ResponseStats } from '../../src/upstream/cluster-stats.ts';
import type { HostSpec } from '../../src/upstream/compile-endpoints.ts';
import type { Host } from '../../src/upstream/host.ts';
import { LocalStats } from '../../src/upstream/host-stats.ts';
import type { LbPolicy } from '../../src/upstream/lb/picker.ts';
import { ListPolicy } from '../../src/upstream/lb/priority-picker.ts';
import { roundRobin } from '../../src/upstream/lb/round-robin.ts';
import type { ClientCodecs } from '../../src/upstream/pool/pool.ts';
import type { TransportMatch } from '../../src/upstream/transport-match.ts';
import { FakeConnection } from './connection.ts';
import { FakeDispatcher } from './dispatcher.ts';

/** Hands out connections that the test plays; `connections` in the order they were opened. */
export class FakeTransport implements UpstreamTransportSocketFactory {
  readonly name = 'fake';
  readonly secure = false;
  readonly ready = true;
  readonly connections: FakeConnection[] = [];
  readonly options: UpstreamTransportOptions[] = [];

  connect(dispatcher: FakeDispatcher, address: Address, options: UpstreamTransportOptions, callbacks: ConnectionCallbacks): Connection {
    const connection = new FakeConnection(dispatcher, callbacks);
    connection.remoteAddress = address;
    this.connections.push(connection);
    this.options.push(options);
    return connection;
  }

  key(): string {
    return 'fake';
  }
}

/** One request as the codec got it. */
export class FakeStream implements RequestEncoder {
  readonly connection: Connection;
  readonly decoder: ResponseDecoder;
  callbacks: StreamCallbacks | null = null;
  head: Headers | null = null;
  body = '';
  trailers: Headers | null = null;
  /** The request is complete. */
  ended = false;
  resetWith: Fault | null = null;
  readDisabled = 0;
  private readonly codec: FakeCodec;
  private responseEnded = false;

  constructor(codec: FakeCodec, decoder: ResponseDecoder) {
    this.codec = codec;
    this.connection = codec.connection;
    this.decoder = decoder;
  }

  setCallbacks(callbacks: StreamCallbacks): void {
    this.callbacks = callbacks;
  }

  encodeHeaders(headers: Headers, end: boolean): void {
    this.head = headers;
    this.end(end);
  }

  encodeData(data: Buffer, end: boolean): void {
    this.body += data.toString('latin1');
    this.end(end);
  }

  encodeTrailers(trailers: Headers): void {
    this.trailers = trailers;
    this.end(true);
  }

  readDisable(disable: boolean): void {
    this.readDisabled += disable ? 1 : -1;
    if (this.readDisabled < 0) throw new RangeError('readDisable(false) without a readDisable(true)');
  }

  reset(fault: Fault): void {
    if (this.resetWith !== null) return;
    this.resetWith = fault;
    if (this.codec.protocol === 'HTTP/1.1') this.connection.close(1);
    this.codec.free(this, true);
  }

  // ── what the test calls, as the upstream ────────────────────────────────────────────────────────────────────────

  respond(status: number, body = '', fields: Headers = new Headers()): void {
    fields.status = status;
    this.decoder.decodeHeaders(fields, body === '');
    if (body !== '') this.data(body, true);
    else this.responseOver();
  }

  respondHead(status: number): void {
    const headers = new Headers();
    headers.status = status;
    this.decoder.decodeHeaders(headers, false);
  }

  data(text: string, end: boolean): void {
    this.decoder.decodeData(Buffer.from(text, 'latin1'), end);
    if (end) this.responseOver();
  }

  trailersEnd(trailers: Headers): void {
    this.decoder.decodeTrailers(trailers);
    this.responseOver();
  }

  /** The codec finds something wrong, or the connection dies; HTTP/2 loses the stream alone. */
  fail(fault: Fault): void {
    if (this.codec.protocol === 'HTTP/1.1') this.connection.close(1);
    this.callbacks?.onReset(fault);
    this.codec.free(this, true);
  }

  private end(end: boolean): void {
    if (!end) return;
    this.ended = true;
    this.checkFree();
  }

  private responseOver(): void {
    this.responseEnded = true;
    this.checkFree();
  }

  private checkFree(): void {
    if (this.ended && this.responseEnded && this.resetWith === null) this.codec.free(this, false);
  }
}

/** A client codec without a protocol; `limit` streams at a time. */
export class FakeCodec implements ClientConnection {
  readonly protocol: 'HTTP/1.1' | 'HTTP/2';
  readonly connection: Connection;
  readonly streams: FakeStream[] = [];
  draining = false;
  private readonly callbacks: ClientCallbacks;
  private readonly running = new Set<FakeStream>();
  /** Streams at a time. */
  limit: number;

  constructor(connection: Connection, callbacks: ClientCallbacks, limit = 1, protocol: 'HTTP/1.1' | 'HTTP/2' = 'HTTP/1.1') {
    this.protocol = protocol;
    this.connection = connection;
    this.callbacks = callbacks;
    this.limit = limit;
  }

  get available(): number {
    return this.draining || !this.connection.open ? 0 : this.limit - this.running.size;
  }

  get activeStreams(): number {
    return this.running.size;
  }

  newStream(decoder: ResponseDecoder): RequestEncoder {
    const stream = new FakeStream(this, decoder);
    this.streams.push(stream);
    this.running.add(stream);
    return stream;
  }

  /** The stream that began last. */
  get last(): FakeStream {
    return this.streams.at(-1) as FakeStream;
  }

  free(stream: FakeStream, broken: boolean): void {
    if (!this.running.delete(stream)) return;
    this.callbacks.onStreamFree(this, broken);
  }

  /** The peer's SETTINGS. */
  allow(streams: number): void {
    this.limit = streams;
    this.callbacks.onCapacity?.(this);
  }

  goAway(why: LeaveReason): void {
    this.draining = true;
    this.callbacks.onGoAway(this, why);
  }

  onData(): void {}

  onEnd(): void {
    this.onClose();
  }

  onClose(): void {
    for (const stream of Array.from(this.running)) stream.fail(FAULTS.CONNECTION_TERMINATION);
  }

  onAboveHighWatermark(): void {
    for (const stream of this.running) stream.callbacks?.onAboveHighWatermark();
  }

  onBelowLowWatermark(): void {
    for (const stream of this.running) stream.callbacks?.onBelowLowWatermark();
  }

  drain(): void {
    this.draining = true;
  }

  close(): void {
    this.connection.close(1);
  }
}

export class FakeCodecs implements ClientCodecs {
  readonly all: FakeCodec[] = [];

  create(protocol: 'h1' | 'h2', connection: Connection, callbacks: ClientCallbacks, settings: UpstreamHttpSettings): ClientConnection {
    const codec =
      protocol === 'h2'
        ? new FakeCodec(connection, callbacks, settings.h2.maxConcurrentStreams, 'HTTP/2')
        : new FakeCodec(connection, callbacks);
    this.all.push(codec);
    return codec;
  }
}

export const HTTP_DEFAULTS: UpstreamHttpSettings = {
  protocol: 'h1',
  useDownstream: false,
  idleTimeoutMs: 3_600_000,
  maxRequestsPerConnection: 0,
  maxConnectionDurationMs: 0,
  maxStreamMs: 0,
  h1: CLIENT_DEFAULTS,
  h2: H2_CLIENT_DEFAULTS,
};

export interface TestClusterOptions {
  readonly name?: string;
  readonly hosts?: readonly Partial<HostSpec>[];
  readonly matches?: readonly TransportMatch[];
  readonly http?: Partial<UpstreamHttpSettings>;
  readonly settings?: Partial<ClusterSettings>;
  readonly thresholds?: Partial<Thresholds>;
  readonly policy?: LbPolicy;
  readonly dispatcher?: FakeDispatcher;
  /** In place of `TestCluster.codecs`. */
  readonly clientCodecs?: ClientCodecs;
}

let ports = 0;

export function hostSpec(spec: Partial<HostSpec> = {}): HostSpec {
  return {
    address: spec.address ?? ipAddress('127.0.0.1', 10_000 + (ports++ % 50_000)),
    hostname: '',
    locality: { region: '', zone: '', subZone: '' },
    priority: 0,
    weight: 1,
    health: 0,
    metadata: new Map(),
    ...spec,
  };
}

const SLOTS: Readonly<Record<string, number>> = CLUSTER_STATS.slot;

/** A cluster with everything under it played by the test. */
export class TestCluster {
  readonly dispatcher: FakeDispatcher;
  readonly transport = new FakeTransport();
  readonly codecs = new FakeCodecs();
  readonly stats: WorkerStats = createWorkerStats();
  readonly state: ClusterState;
  readonly problems = new Problems();
  gone = 0;

  constructor(options: TestClusterOptions = {}) {
    this.dispatcher = options.dispatcher ?? new FakeDispatcher();
    const name = options.name ?? 'test';
    const group = this.stats.group(`cluster.${name}.`, CLUSTER_STATS);
    const thresholds = { ...DEFAULT_THRESHOLDS, ...options.thresholds };
    const hosts = (options.hosts ?? [{}]).map(hostSpec);
    this.state = new ClusterState(
      {
        settings: {
          name,
          statName: name,
          connectTimeoutMs: 5000,
          bufferLimit: 1 << 20,
          http: { ...HTTP_DEFAULTS, ...options.http },
          transportOptions: { alpn: null, serverName: '', sourceAddress: null },
          metadata: null,
          ...options.settings,
        },
        dispatcher: this.dispatcher,
        transport: this.transport,
        matches: options.matches ?? [],
        stats: group,
        responses: new ResponseStats(this.stats, `cluster.${name}.`, [], group),
        breakers: new Breakers(name, [thresholds, thresholds], createSharedCounts(), group, [null, null]),
        policy: options.policy ?? new ListPolicy('round_robin', roundRobin),
        panicThreshold: 50,
        codecs: options.clientCodecs ?? this.codecs,
        codecStats: (protocol) => new LocalStats(protocol === 'h1' ? HTTP1_STATS : H2_STATS),
        onGone: () => {
          this.gone++;
        },
      },
      { hosts, priorities: 1 + Math.max(0, ...hosts.map((host) => host.priority)), overprovisioning: 140, weightedHealth: false },
    );
  }

  /** The i-th host of the first priority. */
  host(i = 0): Host {
    return this.state.hostSets[0]?.hosts[i] as Host;
  }

  connection(i = 0): FakeConnection {
    return this.transport.connections[i] as FakeConnection;
  }

  codec(i = 0): FakeCodec {
    return this.codecs.all[i] as FakeCodec;
  }

  /** Value of `upstream_cx_total` and the like. */
  stat(name: string): number {
    return this.state.stats.value(SLOTS[name] as number);
  }

  /** Counters that were made while serving, by name. */
  get dynamic(): Record<string, number> {
    const { counters } = this.state.stats as unknown as { counters: Map<string, { slots: Float64Array; at: number }> | null };
    return Object.fromEntries(Array.from(counters ?? [], ([name, { slots, at }]) => [name, slots[at] as number]).sort());
  }

  /** Those of the counters and gauges that are not 0, by name, membership left out. */
  get counted(): Record<string, number> {
    const counted: Record<string, number> = {};
    for (const [name, slot] of Object.entries(SLOTS)) {
      const value = this.state.stats.value(slot);
      if (value !== 0 && !name.startsWith('membership') && !name.startsWith('default.')) counted[name] = value;
    }
    return counted;
  }
}
