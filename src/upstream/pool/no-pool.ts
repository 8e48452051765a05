import type { ResponseDecoder } from '../../http/codec.ts';
import { FAULTS } from '../../http/faults.ts';
import type { PoolSelector } from '../cluster.ts';
import type { Host } from '../host.ts';
import type { Pool, PoolCallbacks } from './pool.ts';

/** What there is in place of a pool where `max_connection_pools` allows no more: nobody to go to, as Envoy says it. */
export class NoPool implements Pool {
  readonly key: string;
  readonly selector: PoolSelector;
  readonly host: Host;
  readonly activeConnections: number;
  readonly pendingStreams: number;
  readonly busy: boolean;

  constructor(host: Host, selector: PoolSelector) {
    this.key = '';
    this.selector = selector;
    this.host = host;
    this.activeConnections = 0;
    this.pendingStreams = 0;
    this.busy = false;
  }

  newStream(_decoder: ResponseDecoder, callbacks: PoolCallbacks): null {
    callbacks.onPoolFailure(FAULTS.NO_HEALTHY_UPSTREAM, '', null);
    return null;
  }

  drain(): void {}
  close(): void {}
}
