/** A pool over connections in memory, and requests that write down what happens to them. */
import type { Test } from 'tap';
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

/** Whole numbers below what is asked for, the same ones in every run. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

/** Closes the pool: nothing is open or charged then, and `maxConnections` connections may be. */
export function noCharges(t: Test, bench: PoolBench, maxConnections: number): void {
  bench.pool.close();
  bench.dispatcher.settle();
  const gauges = ['upstream_cx_active', 'upstream_rq_active', 'upstream_rq_pending_active', 'circuit_breakers.default.cx_open'];
  for (const gauge of [...gauges, 'circuit_breakers.default.rq_open', 'circuit_breakers.default.rq_pending_open']) {
    t.equal(bench.stat(gauge), 0, gauge);
  }
  t.equal(bench.host().activeRequests, 0);
  for (let i = 0; i < maxConnections; i++) t.ok(bench.state.breaker(false).connections.tryAcquire());
  t.notOk(bench.state.breaker(false).connections.tryAcquire());
}
