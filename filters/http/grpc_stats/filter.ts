/** Counts gRPC calls, their statuses and their messages (Envoy docs, "gRPC Statistics"). Looks at everything, changes nothing. */
import {
  CONTINUE,
  type DataStatus,
  type FilterMethod,
  type FilterStream,
  type HeadersStatus,
  type HttpFilter,
  type HttpFilterFactory,
  type TrailersStatus,
} from '../../../src/http/filter.ts';
import { isGrpc, isGrpcResponse } from '../../../src/http/grpc.ts';
import type { Headers } from '../../../src/http/headers.ts';
import type { Cluster } from '../../../src/upstream/cluster.ts';
import { FrameCounter } from '../../common/grpc/frame-counter.ts';
import { clusterOf, type MethodStats } from '../../common/grpc/method-stats.ts';
import { type GrpcStatsSettings, MESSAGE_COUNTS, type MessageCounts } from './settings.ts';

const METHODS: readonly FilterMethod[] = ['decodeHeaders', 'decodeData', 'encodeHeaders', 'encodeData', 'encodeTrailers'];

export class GrpcStatsFactory implements HttpFilterFactory {
  readonly name: string;
  readonly methods = METHODS;
  readonly terminal = false;
  private readonly settings: GrpcStatsSettings;

  constructor(name: string, settings: GrpcStatsSettings) {
    this.name = name;
    this.settings = settings;
  }

  create(): HttpFilter {
    return new GrpcStatsFilter(this.settings);
  }
}

export class GrpcStatsFilter implements HttpFilter {
  private readonly settings: GrpcStatsSettings;
  /** Null for requests that are not gRPC. */
  private requests: FrameCounter | null;
  /** Null until a gRPC response began. */
  private responses: FrameCounter | null;
  private cluster: Cluster | null;
  /** Null when nothing is counted: no cluster, or a path without a method. */
  private stats: MethodStats | null;
  private counts: MessageCounts | null;

  constructor(settings: GrpcStatsSettings) {
    this.settings = settings;
    this.requests = null;
    this.responses = null;
    this.cluster = null;
    this.stats = null;
    this.counts = null;
  }

  decodeHeaders(stream: FilterStream, headers: Headers, _end: boolean): HeadersStatus {
    if (!isGrpc(headers)) return CONTINUE;
    this.requests = new FrameCounter();
    this.cluster = clusterOf(stream.route(), headers);
    if (this.cluster !== null) this.stats = this.settings.statsOf(this.cluster, headers.path);
    return CONTINUE;
  }

  decodeData(stream: FilterStream, data: Buffer, _end: boolean): DataStatus {
    if (this.requests === null) return CONTINUE;
    const begun = this.requests.inspect(data);
    if (begun === 0) return CONTINUE;
    this.tell(stream);
    this.stats?.requestMessages(begun);
    return CONTINUE;
  }

  encodeHeaders(stream: FilterStream, headers: Headers, end: boolean): HeadersStatus {
    // Whatever the request was, as in Envoy.
    if (isGrpcResponse(headers, end)) this.responses = new FrameCounter();
    if (this.stats === null) return CONTINUE;
    this.stats.charge(headers);
    if (end) this.recordTime(stream, this.stats);
    return CONTINUE;
  }

  encodeData(stream: FilterStream, data: Buffer, _end: boolean): DataStatus {
    if (this.responses === null) return CONTINUE;
    const begun = this.responses.inspect(data);
    if (begun === 0) return CONTINUE;
    this.tell(stream);
    this.stats?.responseMessages(begun);
    return CONTINUE;
  }

  encodeTrailers(stream: FilterStream, trailers: Headers): TrailersStatus {
    if (this.stats === null) return CONTINUE;
    this.stats.charge(trailers);
    this.recordTime(stream, this.stats);
    return CONTINUE;
  }

  private tell(stream: FilterStream): void {
    if (!this.settings.options.emitFilterState) return;
    if (this.counts === null) {
      this.counts = { requests: 0, responses: 0 };
      stream.info.setFilterState(MESSAGE_COUNTS, this.counts);
    }
    this.counts.requests = this.requests === null ? 0 : this.requests.frames;
    this.counts.responses = this.responses === null ? 0 : this.responses.frames;
  }

  private recordTime(stream: FilterStream, stats: MethodStats): void {
    if (!this.settings.options.upstreamStats) return;
    const { upstreamRequestEnd, upstreamResponseEnd } = stream.info;
    if (upstreamRequestEnd < 0 || upstreamResponseEnd < 0) return;
    this.settings.recordTime(this.cluster as Cluster, stats, Math.max(0, upstreamResponseEnd - upstreamRequestEnd));
  }
}
