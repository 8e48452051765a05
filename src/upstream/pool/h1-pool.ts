/**
 * HTTP/1.1: a request has a connection to itself. Idle connections are handed out last in, first out, so that the ones
 * that a quiet time leaves over grow old and time out. Requests that find none wait for the next one to become free, while as
 * many connections are opened as there are requests waiting.
 */
import type { ResponseDecoder } from '../../http/codec.ts';
import { FAULTS, type Fault } from '../../http/faults.ts';
import type { Deferred } from '../../net/dispatcher.ts';
import type { PoolSelector } from '../cluster.ts';
import { CLUSTER_STATS } from '../cluster-stats.ts';
import type { Host } from '../host.ts';
import { HOST_STATS } from '../host-stats.ts';
import { type PendingOwner, PendingQueue, Waiter } from './pending-queue.ts';
import type { PendingStream, Pool, PoolCallbacks, PoolOwner } from './pool.ts';
import { type ConnectionUser, PooledConnection } from './pooled-connection.ts';

const SLOT = CLUSTER_STATS.slot;
const HOST_SLOT = HOST_STATS.slot;

export class H1Pool implements Pool, ConnectionUser, PendingOwner, Deferred {
  readonly key: string;
  readonly selector: PoolSelector;
  readonly host: Host;
  private readonly owner: PoolOwner;
  /** The last is the first to be used. */
  private readonly idle: PooledConnection[];
  private readonly all: Set<PooledConnection>;
  private connecting: number;
  private pending: PendingQueue;
  private draining: boolean;
  private gone: boolean;
  private serveQueued: boolean;

  constructor(owner: PoolOwner, host: Host, selector: PoolSelector, key: string) {
    this.key = key;
    this.selector = selector;
    this.host = host;
    this.owner = owner;
    this.idle = [];
    this.all = new Set();
    this.connecting = 0;
    this.pending = new PendingQueue();
    this.draining = false;
    this.gone = false;
    this.serveQueued = false;
  }

  get activeConnections(): number {
    return this.all.size;
  }

  get pendingStreams(): number {
    return this.pending.size;
  }

  newStream(decoder: ResponseDecoder, callbacks: PoolCallbacks): PendingStream | null {
    const connection = this.idle.pop();
    if (connection !== undefined) {
      this.attach(connection, decoder, callbacks);
      return null;
    }
    const { stats } = this.owner;
    if (!this.owner.breaker(this.selector.high).pending.tryAcquire()) {
      stats.inc(SLOT.upstream_rq_pending_overflow);
      callbacks.onPoolFailure(FAULTS.UPSTREAM_OVERFLOW, '', null);
      return null;
    }
    const waiter = new Waiter(decoder, callbacks, this);
    this.pending.push(waiter);
    stats.inc(SLOT.upstream_rq_pending_total);
    stats.inc(SLOT.upstream_rq_pending_active);
    this.host.stats.inc(HOST_SLOT.rq_pending_active);
    this.connectForPending();
    return waiter;
  }

  drain(): void {
    this.draining = true;
    for (const connection of this.all) {
      if (!connection.connecting) connection.drain();
      else if (this.pending.size === 0) connection.close();
    }
    this.idle.length = 0;
    this.checkGone();
  }

  close(): void {
    this.draining = true;
    this.idle.length = 0;
    for (const connection of this.all) connection.close();
    this.failPending(FAULTS.LOCAL_CONNECT_FAILURE, '');
    this.checkGone();
  }

  // ── waiting ─────────────────────────────────────────────────────────────────────────────────────────────────────

  onPendingCancelled(waiter: Waiter): void {
    waiter.queue?.remove(waiter);
    this.uncharge();
    this.owner.stats.inc(SLOT.upstream_rq_cancelled);
  }

  /** A waiter left the queue: its charge goes back. */
  private uncharge(): void {
    this.owner.stats.dec(SLOT.upstream_rq_pending_active);
    this.host.stats.dec(HOST_SLOT.rq_pending_active);
    this.owner.breaker(this.selector.high).pending.release();
  }

  /** Whoever waits is told, and decides what to do; those who come back because of it wait anew. */
  private failPending(fault: Fault, reason: string): void {
    const failed = this.pending;
    if (failed.size === 0) return;
    this.pending = new PendingQueue();
    for (let waiter = failed.shift(); waiter !== null; waiter = failed.shift()) {
      this.owner.stats.inc(SLOT.upstream_rq_pending_failure_eject);
      this.uncharge();
      waiter.callbacks.onPoolFailure(fault, reason, this.host);
    }
  }

  private connectForPending(): void {
    const { connections } = this.owner.breaker(this.selector.high);
    while (this.pending.size > this.connecting) {
      if (!connections.tryAcquire()) {
        this.owner.stats.inc(SLOT.upstream_cx_overflow);
        // Other hosts have all the connections: without one of its own, what waits here would wait for ever.
        if (this.all.size > 0) return;
        connections.acquire();
      }
      this.connecting++;
      this.all.add(new PooledConnection(this.owner, this, this.host, this.selector));
    }
  }

  private servePending(): void {
    while (this.pending.size > 0) {
      const connection = this.idle.pop();
      if (connection === undefined) return;
      const waiter = this.pending.shift() as Waiter;
      this.uncharge();
      this.attach(connection, waiter.decoder, waiter.callbacks);
    }
  }

  private attach(connection: PooledConnection, decoder: ResponseDecoder, callbacks: PoolCallbacks): void {
    if (!this.owner.breaker(this.selector.high).requests.tryAcquire()) {
      this.owner.stats.inc(SLOT.upstream_rq_active_overflow);
      this.idle.push(connection);
      callbacks.onPoolFailure(FAULTS.UPSTREAM_OVERFLOW, '', this.host);
      return;
    }
    connection.onStreamStarted();
    const codec = connection.codec as NonNullable<PooledConnection['codec']>;
    const encoder = codec.newStream(decoder);
    callbacks.onPoolReady(encoder, codec, this.host);
  }

  // ── connections ─────────────────────────────────────────────────────────────────────────────────────────────────

  onConnectionReady(connection: PooledConnection): void {
    this.connecting--;
    this.rest(connection);
    this.servePending();
  }

  onConnectionFailed(connection: PooledConnection, fault: Fault, reason: string): void {
    this.connecting--;
    this.all.delete(connection);
    this.failPending(fault, reason);
    this.connectForPending();
    this.checkGone();
  }

  onStreamEnded(connection: PooledConnection): void {
    if (!connection.usable) return;
    this.rest(connection);
    if (this.pending.size === 0 || this.serveQueued) return;
    // The codec is still at work on the response that ended: the next request starts when it is done.
    this.serveQueued = true;
    this.owner.dispatcher.defer(this);
  }

  onTurnEnd(): void {
    this.serveQueued = false;
    this.servePending();
  }

  onConnectionDraining(connection: PooledConnection): void {
    const at = this.idle.lastIndexOf(connection);
    if (at >= 0) this.idle.splice(at, 1);
  }

  onConnectionGone(connection: PooledConnection): void {
    this.onConnectionDraining(connection);
    this.all.delete(connection);
    if (this.pending.size > 0) this.connectForPending();
    this.checkGone();
  }

  private rest(connection: PooledConnection): void {
    connection.onIdle();
    if (this.draining && this.pending.size === 0) connection.drain();
    else this.idle.push(connection);
  }

  private checkGone(): void {
    if (!this.draining || this.gone || this.all.size > 0 || this.pending.size > 0) return;
    this.gone = true;
    this.owner.onPoolGone(this);
  }
}
