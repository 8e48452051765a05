/** A pool over connections in memory, and requests that write down what happens to them. */
import type { ClientConnection, RequestEncoder, ResponseDecoder } from '../../src/http/codec.ts';
import type { Fault } from '../../src/http/faults.ts';
import { Headers } from '../../src/http/headers.ts';
import type { Host } from '../../src/upstream/host.ts';
import type { PendingStream, PoolCallbacks } from '../../src/upstream/pool/pool.ts';
import { TestCluster } from './upstream-doubles.ts';

/** A request without a body that writes down what happens to it. */
export class PoolRequest implements PoolCallbacks, ResponseDecoder {
  readonly events: string[] = [];
  fault: Fault | null = null;
  reason = '';
  host: Host | null = null;
  encoder: RequestEncoder | null = null;
  pending: PendingStream | null = null;
  onFailure: (() => void) | null = null;

  onPoolReady(encoder: RequestEncoder, _client: ClientConnection, host: Host): void {
    this.events.push('ready');
    this.host = host;
    this.encoder = encoder;
    encoder.setCallbacks({
      onReset: (fault) => this.events.push(`reset ${fault.code}`),
      onAboveHighWatermark() {},
      onBelowLowWatermark() {},
    });
    encoder.encodeHeaders(new Headers(), true);
  }

  onPoolFailure(fault: Fault, reason: string, host: Host | null): void {
    this.events.push(`failed ${fault.code}`);
    this.fault = fault;
    this.reason = reason;
    this.host = host;
    this.onFailure?.();
  }

  decodeInformational(): void {}
  decodeHeaders(headers: Headers): void {
    this.events.push(`response ${headers.status}`);
  }
  decodeData(): void {}
  decodeTrailers(): void {}
}

export class PoolBench extends TestCluster {
  start(request = new PoolRequest(), high = false): PoolRequest {
    const pool = this.state.pool(this.host(), this.state.selectors[high ? 1 : 0]);
    request.pending = pool.newStream(request, request);
    return request;
  }

  get pool() {
    return this.state.pool(this.host(), this.state.selectors[0]);
  }

  /** A request that is being answered on a new connection. */
  startConnected(i = this.transport.connections.length): PoolRequest {
    const request = this.start();
    this.connection(i).connected();
    return request;
  }
}
