/**
 * What the router adds to a request, with its attempt, its pool and its counters, between a connection manager and an upstream that
 * answer at once: without retries, under a retry policy that has nothing to do, and with a body that the policy keeps.
 */
import { RouterFactory } from '../../filters/http/router/factory.ts';
import { ROUTER_STATS, RouterSettings } from '../../filters/http/router/settings.ts';
import type { ClientCallbacks, ClientConnection, RequestEncoder, ResponseDecoder } from '../../src/http/codec.ts';
import { constantField } from '../../src/http/field-pool.ts';
import { pinName } from '../../src/http/header-name.ts';
import { type Field, Headers } from '../../src/http/headers.ts';
import type { Route } from '../../src/http/route.ts';
import type { Connection } from '../../src/net/connection.ts';
import { httpConditions } from '../../src/upstream/retry/conditions.ts';
import { NO_RETRIES, RetryPolicy } from '../../src/upstream/retry/retry-policy.ts';
import { FakeFilterStream } from '../../test/support/filter-stream.ts';
import { FakeStats } from '../../test/support/stats.ts';
import { TestCluster } from '../../test/support/upstream-doubles.ts';
import type { Case, Micro } from './harness.ts';

const REQUEST: readonly Field[] = [
  ['user-agent', 'curl/8.7.1'],
  ['accept', '*/*'],
  ['accept-encoding', 'gzip, deflate'],
  ['x-forwarded-proto', 'http'],
  ['x-request-id', '7e4a1c58-2d0c-4d0f-9a53-0f3a9d1b2c3d'],
  ['x-b3-traceid', '80f198ee56343ba864fe8b2a57d3eff7'],
  ['x-b3-spanid', 'e457b5a2e4d86bd1'],
  ['x-b3-sampled', '0'],
  ['x-tenant', 'a'],
].map(([name, value]) => constantField(pinName(name as string), value as string));

const BODY = Buffer.alloc(1024, 'x');

class EchoCodec implements ClientConnection, RequestEncoder {
  readonly protocol = 'HTTP/1.1' as const;
  readonly connection: Connection;
  available = 1;
  activeStreams = 0;
  private decoder: ResponseDecoder | null = null;
  private readonly callbacks: ClientCallbacks;

  constructor(connection: Connection, callbacks: ClientCallbacks) {
    this.connection = connection;
    this.callbacks = callbacks;
  }
  newStream(decoder: ResponseDecoder): RequestEncoder {
    this.available = 0;
    this.activeStreams = 1;
    this.decoder = decoder;
    return this;
  }
  finish(): void {
    const head = new Headers();
    head.status = 200;
    this.available = 1;
    this.activeStreams = 0;
    this.decoder?.decodeHeaders(head, true);
    this.callbacks.onStreamFree(this, false);
  }
  setCallbacks(): void {}
  encodeHeaders(): void {}
  encodeData(): void {}
  encodeTrailers(): void {}
  reset(): void {}
  readDisable(): void {}
  onData(): void {}
  onEnd(): void {}
  onClose(): void {}
  onAboveHighWatermark(): void {}
  onBelowLowWatermark(): void {}
  drain(): void {}
  close(): void {}
}

/** Counts nothing: what costs time here is the router. */
class QuietStream extends FakeFilterStream {
  answered = 0;
  override encodeHeaders(headers: Headers): void {
    this.answered += headers.status;
  }
  override route(): Route | null {
    return this.chosen;
  }
}

function requests(name: string, retryPolicy: RetryPolicy | null, body: boolean): Case {
  const codecs: EchoCodec[] = [];
  const cluster = new TestCluster({
    clientCodecs: {
      create(_protocol, connection, callbacks) {
        const codec = new EchoCodec(connection, callbacks);
        codecs.push(codec);
        return codec;
      },
    },
  });
  const settings = new RouterSettings(
    { dynamicStats: true, suppressEnvoyHeaders: false, respectExpectedTimeout: false },
    new FakeStats().group('', ROUTER_STATS),
  );
  const factory = new RouterFactory('router', settings);
  const stream = new QuietStream(cluster.dispatcher);
  const handle = { name: 'test', current: cluster.state };
  stream.chosen = {
    name: '',
    virtualHost: { name: 'v', includeAttemptCount: false },
    action: {
      kind: 'route',
      pickCluster: () => handle,
      clusterNotFoundStatus: 503,
      timeoutMs: 15_000,
      idleTimeoutMs: -1,
      rewrite: null,
      retryPolicy,
      hash: null,
    },
    filterSettings: [],
    requestMutations: null,
    responseMutations: null,
    decorator: null,
    metadata: null,
  };
  const one = (): void => {
    const headers = new Headers();
    headers.method = 'GET';
    headers.path = '/';
    for (const field of REQUEST) headers.append(field);
    (stream as { requestHeaders: Headers }).requestHeaders = headers;
    const filter = factory.create();
    filter.decodeHeaders?.(stream, headers, !body);
    if (body) filter.decodeData?.(stream, BODY, true);
    if (codecs.length === 0) cluster.connection().connected();
    (codecs[0] as EchoCodec).finish();
    filter.onDestroy?.(stream);
  };
  return {
    name,
    run: (times) => {
      for (let i = 0; i < times; i++) one();
      return stream.answered;
    },
  };
}

const ISTIO = new RetryPolicy({
  ...NO_RETRIES,
  conditions: httpConditions('connect-failure,refused-stream,retriable-status-codes'),
  retries: 2,
});

export default {
  name: 'router',
  cases: [
    requests('no retry policy', null, false),
    requests("the mesh's default policy", ISTIO, false),
    requests('no retry policy, body of 1 KiB', null, true),
    requests("the mesh's default policy, body of 1 KiB", ISTIO, true),
  ],
} satisfies Micro;
