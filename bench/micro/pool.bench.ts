/** What a pool adds to a request: asking for a stream, having an idle connection, giving it back. No socket, no protocol. */
import type { ClientCallbacks, ClientConnection, RequestEncoder, ResponseDecoder } from '../../src/http/codec.ts';
import { Headers } from '../../src/http/headers.ts';
import type { Connection } from '../../src/net/connection.ts';
import { Attempt, type AttemptOwner } from '../../src/upstream/attempt.ts';
import type { ClusterState } from '../../src/upstream/cluster-state.ts';
import type { Host } from '../../src/upstream/host.ts';
import type { PoolCallbacks } from '../../src/upstream/pool/pool.ts';
import { TestCluster } from '../../test/support/upstream-doubles.ts';
import type { Case, Micro } from './harness.ts';

const response = new Headers();
response.status = 200;

class Caller implements PoolCallbacks, ResponseDecoder, AttemptOwner {
  readonly requestHeaders = new Headers();
  readonly requestEnded = true;
  readonly requestBody = null;
  readonly requestTrailers = null;
  status = 0;
  onPoolReady(encoder: RequestEncoder): void {
    encoder.encodeHeaders(this.requestHeaders, true);
  }
  onPoolFailure(): void {}
  decodeInformational(): void {}
  decodeHeaders(headers: Headers): void {
    this.status += headers.status;
  }
  decodeData(): void {}
  decodeTrailers(): void {}
  onAttemptConnected(): void {}
  onAttemptFlushed(): void {}
  onAttemptInformational(): void {}
  onAttemptHeaders(_attempt: Attempt, headers: Headers): void {
    this.status += headers.status;
  }
  onAttemptData(): void {}
  onAttemptTrailers(): void {}
  onAttemptFailed(): void {}
  onAttemptBackedUp(): void {}
}

/** A connection that answers at once and keeps nothing. */
class EchoCodec implements ClientConnection, RequestEncoder {
  readonly protocol = 'HTTP/1.1' as const;
  readonly connection: Connection;
  available = 1;
  activeStreams = 0;
  decoder: ResponseDecoder | null = null;
  protected readonly callbacks: ClientCallbacks;

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
  /** The response is here, and the exchange over. */
  finish(): void {
    this.available = 1;
    this.activeStreams = 0;
    this.decoder?.decodeHeaders(response, true);
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

/** A connection with room for many, whose streams end in the order in which they began. */
class SharedCodec extends EchoCodec {
  private readonly running: ResponseDecoder[] = [];
  private first = 0;

  constructor(connection: Connection, callbacks: ClientCallbacks) {
    super(connection, callbacks);
    this.available = 1000;
  }
  override newStream(decoder: ResponseDecoder): RequestEncoder {
    this.available--;
    this.activeStreams++;
    this.running.push(decoder);
    return this;
  }
  override finish(): void {
    this.decoder = this.running[this.first++] as ResponseDecoder;
    if (this.first === 64) {
      this.running.copyWithin(0, 64);
      this.running.length -= 64;
      this.first = 0;
    }
    this.available++;
    this.activeStreams--;
    this.decoder.decodeHeaders(response, true);
    this.callbacks.onStreamFree(this, false);
  }
}

/** A cluster with `connections` idle connections; the last codec is the one that is used next. */
function warm(connections: number): { state: ClusterState; host: Host; codecs: EchoCodec[] } {
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
  const caller = new Caller();
  const { state } = cluster;
  const host = cluster.host();
  const pool = state.pool(host, state.selectors[0]);
  for (let i = 0; i < connections; i++) {
    pool.newStream(caller, caller);
    cluster.connection(i).connected();
  }
  for (const codec of codecs) codec.finish();
  return { state, host, codecs };
}

function handOut(connections: number): Case {
  const { state, host, codecs } = warm(connections);
  const last = codecs.at(-1) as EchoCodec;
  const caller = new Caller();
  return {
    name: `hand out and take back, ${connections} idle`,
    run(times) {
      for (let i = 0; i < times; i++) {
        state.pool(host, state.selectors[0]).newStream(caller, caller);
        last.finish();
      }
      return caller.status;
    },
  };
}

/** HTTP/2: ten streams run on the connection at any time. */
function share(): Case {
  const codecs: SharedCodec[] = [];
  const cluster = new TestCluster({
    http: { protocol: 'h2' },
    clientCodecs: {
      create(_protocol, connection, callbacks) {
        const codec = new SharedCodec(connection, callbacks);
        codecs.push(codec);
        return codec;
      },
    },
  });
  const caller = new Caller();
  const { state } = cluster;
  const host = cluster.host();
  for (let i = 0; i < 10; i++) state.pool(host, state.selectors[0]).newStream(caller, caller);
  cluster.connection().connected();
  const codec = codecs[0] as SharedCodec;
  return {
    name: 'share one connection, 10 streams running',
    run(times) {
      for (let i = 0; i < times; i++) {
        state.pool(host, state.selectors[0]).newStream(caller, caller);
        codec.finish();
      }
      return caller.status;
    },
  };
}

function attempt(): Case {
  const { state, host, codecs } = warm(10);
  const last = codecs.at(-1) as EchoCodec;
  const caller = new Caller();
  return {
    name: 'the same through an attempt',
    run(times) {
      for (let i = 0; i < times; i++) {
        new Attempt(caller, state, host).start(state.selectors[0]);
        last.finish();
      }
      return caller.status;
    },
  };
}

export default { name: 'pool', cases: [handOut(1), handOut(100), share(), attempt()] } satisfies Micro;
