import t from 'tap';
import { RouterFactory } from '../../filters/http/router/factory.ts';
import type { RouterFilter } from '../../filters/http/router/filter.ts';
import { ROUTER_STATS, type RouterOptions, RouterSettings } from '../../filters/http/router/settings.ts';
import { STOP_ITERATION, STOP_NO_BUFFER } from '../../src/http/filter.ts';
import { resolveName } from '../../src/http/header-name.ts';
import type { ClusterHandle, Route, RouteAction, RouteEntry } from '../../src/http/route.ts';
import type { StreamInfo } from '../../src/telemetry/stream-info.ts';
import { FakeFilterStream } from './filter-stream.ts';
import { fieldsOf } from './http-manager.ts';
import { FakeStats } from './stats.ts';
import { type FakeStream, TestCluster, type TestClusterOptions } from './upstream-doubles.ts';

const OPTIONS: RouterOptions = { dynamicStats: true, suppressEnvoyHeaders: false, respectExpectedTimeout: false };

export interface RouterBenchOptions {
  readonly cluster?: TestClusterOptions;
  readonly router?: Partial<RouterOptions>;
  readonly entry?: Partial<RouteEntry>;
  readonly action?: RouteAction;
  readonly route?: Partial<Route>;
  /** No cluster behind the handle. */
  readonly missing?: boolean;
  readonly fields?: Readonly<Record<string, string>>;
  readonly end?: boolean;
}

/** A router on a stream and a cluster, both played by the test. */
export class RouterBench {
  readonly cluster: TestCluster;
  readonly stats = new FakeStats();
  readonly stream: FakeFilterStream;
  readonly filter: RouterFilter;

  constructor(options: RouterBenchOptions = {}) {
    this.cluster = new TestCluster(options.cluster);
    this.stream = new FakeFilterStream(this.cluster.dispatcher);
    const settings = new RouterSettings({ ...OPTIONS, ...options.router }, this.stats.group('http.in.', ROUTER_STATS), () => 0.5);
    this.filter = new RouterFactory('router', settings).create() as RouterFilter;
    const handle: ClusterHandle = { name: 'test', current: options.missing ? null : this.cluster.state };
    const entry: RouteEntry = {
      kind: 'route',
      pickCluster: () => handle,
      clusterNotFoundStatus: 503,
      timeoutMs: 15_000,
      idleTimeoutMs: -1,
      rewrite: null,
      retryPolicy: null,
      hash: null,
      ...options.entry,
    };
    this.stream.chosen = {
      name: '',
      virtualHost: { name: 'v', includeAttemptCount: false },
      action: options.action ?? entry,
      filterSettings: [],
      requestMutations: null,
      responseMutations: null,
      decorator: null,
      metadata: null,
      ...options.route,
    };
    for (const [name, value] of Object.entries(options.fields ?? {})) this.stream.requestHeaders.add(resolveName(name), value);
  }

  start(end = true): this {
    if (this.filter.decodeHeaders(this.stream, this.stream.requestHeaders, end) !== STOP_ITERATION) t.fail('the router ends the chain');
    return this;
  }

  connect(): FakeStream {
    this.cluster.connection(this.cluster.transport.connections.length - 1).connected();
    return this.upstream;
  }

  get upstream(): FakeStream {
    return (this.cluster.codecs.all.at(-1) as TestCluster['codecs']['all'][number]).last;
  }

  body(text: string, end = false): void {
    const bytes = Buffer.from(text);
    if (this.filter.decodeData(this.stream, bytes, end) !== STOP_NO_BUFFER) t.fail('the router takes the bytes');
    bytes.fill(0xdd);
  }

  get info(): StreamInfo {
    return this.stream.info;
  }

  get sent(): Record<string, string> {
    return fieldsOf(this.upstream.head);
  }

  count(name: string): number {
    return this.stats.value(`http.in.${name}`);
  }

  host(name: string): number {
    const status = this.cluster.host().stats;
    const slots: Record<string, number> = { rq_success: 3, rq_error: 2, rq_timeout: 4 };
    return status.value(slots[name] as number);
  }
}
