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

export default { name: 'pool', cases: [handOut(1), handOut(100), attempt()] } satisfies Micro;
