/**
 * What the connection manager costs a request beside its codec and its router: a whole stream (sanitising, routing, filters in both
 * directions, counters, an empty access log) with 0, 1 and 8 filters that do nothing.
 */

import { ipAddress } from '../../src/base/address.ts';
import { CALM } from '../../src/base/overload.ts';
import type { RequestDecoder, ResponseEncoder, ServerCallbacks, ServerConnection } from '../../src/http/codec.ts';
import { FilterChain } from '../../src/http/conn-manager/filter-chain.ts';
import { InternalAddresses } from '../../src/http/conn-manager/internal-addresses.ts';
import { ConnectionManager } from '../../src/http/conn-manager/manager.ts';
import { DateField } from '../../src/http/conn-manager/response-head.ts';
import { RequestSanitizer } from '../../src/http/conn-manager/sanitize.ts';
import type { ConnectionManagerSettings } from '../../src/http/conn-manager/settings.ts';
import { CONNECTION_MANAGER_STATS, LISTENER_HTTP_STATS } from '../../src/http/conn-manager/stats.ts';
import { constantField } from '../../src/http/field-pool.ts';
import { CONTINUE, type FilterStream, type HttpFilter, type HttpFilterFactory, STOP_ITERATION } from '../../src/http/filter.ts';
import { pinName, SERVER } from '../../src/http/header-name.ts';
import { type Field, Headers } from '../../src/http/headers.ts';
import type { Route } from '../../src/http/route.ts';
import { StreamInfo } from '../../src/telemetry/stream-info.ts';
import { createWorkerStats } from '../../src/telemetry/worker-stats.ts';
import { FakeConnection } from '../../test/support/connection.ts';
import type { Micro } from './harness.ts';

const REQUEST: readonly Field[] = [
  ['user-agent', 'curl/8.7.1'],
  ['accept', '*/*'],
  ['accept-encoding', 'gzip, deflate'],
  ['authorization', 'Bearer abc'],
  ['x-b3-sampled', '0'],
  ['x-tenant', 'a'],
].map(([name, value]) => constantField(pinName(name as string), value as string));
const RESPONSE: readonly Field[] = [
  ['content-type', 'text/plain'],
  ['content-length', '1024'],
  ['cache-control', 'no-store'],
].map(([name, value]) => constantField(pinName(name as string), value as string));

/** Each a class of its own, as filters are. */
const CLASSES: (() => HttpFilter)[] = Array.from({ length: 8 }, () => {
  class Trivial implements HttpFilter {
    decodeHeaders() {
      return CONTINUE;
    }
    encodeHeaders() {
      return CONTINUE;
    }
  }
  return () => new Trivial();
});

class Terminal implements HttpFilter {
  decodeHeaders(stream: FilterStream) {
    const headers = new Headers();
    headers.status = 200;
    for (const field of RESPONSE) headers.append(field);
    stream.encodeHeaders(headers, true);
    return STOP_ITERATION;
  }
}

function factory(create: () => HttpFilter, terminal: boolean, shared: boolean): HttpFilterFactory {
  const one = create();
  return {
    name: 'f',
    methods: terminal ? ['decodeHeaders'] : ['decodeHeaders', 'encodeHeaders'],
    terminal,
    create: shared ? () => one : create,
  };
}

const connection = new FakeConnection();
// As a real dispatcher, which renders the date once a second.
const today = connection.dispatcher.httpDate();
connection.dispatcher.httpDate = () => today;

const encoder: ResponseEncoder = {
  protocol: 'HTTP/1.1',
  wireBytesReceived: 0,
  wireBytesSent: 0,
  connection,
  setCallbacks() {},
  encodeInformational() {},
  encodeHeaders() {},
  encodeData() {},
  encodeTrailers() {},
  reset() {},
  readDisable() {},
};

class Codec implements ServerConnection {
  readonly protocol = 'HTTP/1.1' as const;
  readonly activeStreams = 0;
  readonly readingHead = false;
  readonly callbacks: ServerCallbacks;

  constructor(callbacks: ServerCallbacks) {
    this.callbacks = callbacks;
  }

  onData() {}
  onEnd() {}
  onClose() {}
  onAboveHighWatermark() {}
  onBelowLowWatermark() {}
  drain() {}
  abandonHead() {}
}

const ROUTE: Route = {
  name: 'r',
  virtualHost: { name: 'v', includeAttemptCount: false },
  action: { kind: 'direct_response', status: 200, body: '' },
  filterSettings: new Array(9).fill(null),
  requestMutations: null,
  responseMutations: null,
  decorator: null,
  metadata: null,
};

function streams(filters: number, shared: boolean): (times: number) => unknown {
  const stats = createWorkerStats();
  const chain = new FilterChain([
    ...CLASSES.slice(0, filters).map((c) => factory(c, false, shared)),
    factory(() => new Terminal(), true, shared),
  ]);
  let codec: Codec | null = null;
  const settings: ConnectionManagerSettings = {
    codec: {
      create: (_connection, callbacks) => {
        codec = new Codec(callbacks);
        return codec;
      },
    },
    chain,
    early: [],
    safeMaxDuration: false,
    logRequests: false,
    logTunnels: false,
    upgrades: [],
    routes: { current: { name: 't', version: '', internalOnlyHeaders: [], match: () => ROUTE } },
    stats: stats.group('http.in.', CONNECTION_MANAGER_STATS),
    listenerStats: stats.group('listener.l.http.in.', LISTENER_HTTP_STATS),
    accessLogs: [],
    bufferLimit: 1 << 20,
    life: { draining: false },
    overload: CALM,
    sanitizer: new RequestSanitizer({
      useRemoteAddress: false,
      trustedHops: 0,
      skipForwardedFor: false,
      appendForwardedPort: false,
      internal: new InternalAddresses([], false),
      scheme: '',
      generateRequestId: true,
      preserveExternalRequestId: false,
      packTraceReason: true,
      via: '',
      clientCert: null,
      schemeOfUpstream: false,
      localIp: '192.0.2.2',
      detections: null,
      protoByPort: null,
      userAgent: null,
    }),
    timeouts: {
      request: 0,
      requestHeaders: 0,
      streamIdle: 300_000,
      maxStreamDuration: 0,
      logEvery: 0,
      maxConnectionJitter: 0,
      drainJitter: 0,
      connectionIdle: 3_600_000,
      maxConnectionDuration: 0,
      drain: 5000,
      delayedClose: 1000,
    },
    maxRequests: 0,
    proxy100Continue: false,
    date: new DateField(),
    proxyStatus: null,
    tellOverload: false,
    server: constantField(SERVER, 'envoy'),
    serverIfAbsent: false,
    via: '',
    requestIdInResponse: false,
    keepAfterInvalid: false,
    paths: null,
    replies: null,
    hosts: null,
  };
  const manager = new ConnectionManager(settings);
  const address = ipAddress('127.0.0.1', 1);
  const downstream = {
    connectionId: 1,
    localAddress: address,
    directRemoteAddress: address,
    tls: null,
    serverName: '',
    listenerName: 'l',
    filterChainName: '',
  };
  manager.onNewConnection({ connection, info: new StreamInfo(downstream, 0, 0), continueReading() {} });
  manager.onData(Buffer.alloc(1), 0, 1);
  const callbacks = (codec as unknown as Codec).callbacks;
  return (times) => {
    for (let i = 0; i < times; i++) {
      const headers = new Headers();
      headers.method = 'GET';
      headers.path = '/a/b?c=d';
      headers.authority = 'service.example';
      for (const field of REQUEST) headers.append(field);
      (callbacks.newStream(encoder) as RequestDecoder).decodeHeaders(headers, true);
    }
    return manager;
  };
}

export default {
  name: 'filter chain',
  cases: [
    { name: 'no filter', run: streams(0, true) },
    { name: '1 filter without state', run: streams(1, true) },
    { name: '8 filters without state', run: streams(8, true) },
    { name: '8 filters, made per stream', run: streams(8, false) },
  ],
} satisfies Micro;
