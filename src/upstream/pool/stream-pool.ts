/**
 * Streams of connections to one host. A connection carries as many as its codec says: one of HTTP/1.1, of HTTP/2 what both sides
 * allow. Connections with room are used last in, first out, so that the ones that a quiet time leaves over grow old and time out.
 *
 * Requests that find no room wait for the next stream that ends, while connections are opened until those that wait would all
 * have a place: one for each of HTTP/1.1, and of HTTP/2, where a connection has many, as many as the host's last SETTINGS let
 * expect (`max_concurrent_streams` of ours before that). With a ratio (`preconnect_policy`) there are connections beyond that.
 */
import type { ResponseDecoder } from '../../http/codec.ts';
import { FAULTS, type Fault } from '../../http/faults.ts';
import type { Deferred } from '../../net/dispatcher.ts';
import type { PoolSelector, UpstreamHttpSettings } from '../cluster.ts';
import { CLUSTER_STATS } from '../cluster-stats.ts';
import type { Host } from '../host.ts';
import { HOST_STATS } from '../host-stats.ts';
import { type PendingOwner, PendingQueue, Waiter } from './pending-queue.ts';
import type { PendingStream, Pool, PoolCallbacks, PoolOwner } from './pool.ts';
import { type ConnectionUser, PooledConnection } from './pooled-connection.ts';

const SLOT = CLUSTER_STATS.slot;
const HOST_SLOT = HOST_STATS.slot;

/** Connections that one request opens at most, where some are opened in advance; Envoy's number. */
const IN_ADVANCE = 3;

export class StreamPool implements Pool, ConnectionUser, PendingOwner, Deferred {
  readonly key: string;
  readonly selector: PoolSelector;
  readonly host: Host;
  private readonly owner: PoolOwner;
  /** Connections with room; the last is the first to be used. */
  private readonly ready: PooledConnection[];
  private readonly all: Set<PooledConnection>;
  private connecting: number;
  /** Connections of HTTP/2 whose peer has not said how many streams it takes. */
  private settling: number;
  /** Streams that a connection will have room for when it is there; at least 1. */
  private expected: number;
  /** Streams that there are to be connections for, in those that run or wait; 1: no more. */
  private readonly ratio: number;
  private pending: PendingQueue;
  private draining: boolean;
  private gone: boolean;
  private serveQueued: boolean;

  constructor(owner: PoolOwner, host: Host, selector: PoolSelector, key: string) {
    this.key = key;
    this.selector = selector;
    this.host = host;
    this.owner = owner;
    this.ready = [];
    this.all = new Set();
    this.connecting = 0;
    this.settling = 0;
    this.expected = selector.protocol === 'h2' ? mostStreams(owner.settings.http) : 1;
    this.ratio = owner.settings.preconnectRatio ?? 1;
    this.pending = new PendingQueue();
    this.draining = false;
    this.gone = false;
    this.serveQueued = false;
  }

  get activeConnections(): number {
    return this.all.size;
  }

  get busy(): boolean {
    if (this.pending.size > 0) return true;
    for (const connection of this.all) if (connection.connecting || connection.active > 0) return true;
    return false;
  }

  get pendingStreams(): number {
    return this.pending.size;
  }

  newStream(decoder: ResponseDecoder, callbacks: PoolCallbacks): PendingStream | null {
    const connection = this.withRoom();
    if (connection !== null) {
      this.attach(connection, decoder, callbacks);
      if (this.ratio > 1) this.connectForPending();
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
    this.checkGone();
  }

  close(): void {
    this.draining = true;
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
    const { connections, hostConnections } = this.owner.breaker(this.selector.high);
    const { stats } = this.host;
    for (let opened = 0; this.wantsConnection(opened); opened++) {
      if (stats.value(HOST_SLOT.cx_active) >= hostConnections || !connections.tryAcquire()) {
        this.owner.stats.inc(SLOT.upstream_cx_overflow);
        // Other hosts have all the connections: without one of its own, what waits here would wait for ever.
        if (this.all.size > 0) return;
        connections.acquire();
      }
      this.connecting++;
      this.all.add(new PooledConnection(this.owner, this, this.host, this.selector, this.expected));
    }
  }

  private wantsConnection(opened: number): boolean {
    const coming = this.roomToCome();
    if (this.ratio === 1 || this.draining || this.host.health !== 0) return this.pending.size > coming;
    if (opened === IN_ADVANCE) return false;
    let active = 0;
    let room = coming;
    for (const connection of this.all) active += connection.active;
    for (const connection of this.ready) room += connection.room;
    return (this.pending.size + active) * this.ratio > room + active;
  }

  /** For those that wait: without opening another connection. */
  private roomToCome(): number {
    let room = this.connecting * this.expected;
    if (this.settling === 0) return room;
    for (const connection of this.all) if (connection.settling) room += Math.max(0, this.expected - connection.active);
    return room;
  }

  private servePending(): void {
    while (this.pending.size > 0) {
      const connection = this.withRoom();
      if (connection === null) {
        this.connectForPending();
        return;
      }
      const waiter = this.pending.shift() as Waiter;
      this.uncharge();
      this.attach(connection, waiter.decoder, waiter.callbacks);
    }
  }

  private attach(connection: PooledConnection, decoder: ResponseDecoder, callbacks: PoolCallbacks): void {
    if (!this.owner.breaker(this.selector.high).requests.tryAcquire()) {
      this.owner.stats.inc(SLOT.upstream_rq_active_overflow);
      callbacks.onPoolFailure(FAULTS.UPSTREAM_OVERFLOW, '', this.host);
      return;
    }
    connection.onStreamStarted();
    const codec = connection.codec as NonNullable<PooledConnection['codec']>;
    const encoder = codec.newStream(decoder);
    if (!connection.usable) this.unlist(connection);
    callbacks.onPoolReady(encoder, codec, this.host);
  }

  /** Those whose room went without a stream of ours (SETTINGS, the end of the socket) leave the list on the way. */
  private withRoom(): PooledConnection | null {
    const { ready } = this;
    for (let i = ready.length - 1; i >= 0; i--) {
      const connection = ready[i] as PooledConnection;
      if (connection.usable) return connection;
      connection.listed = false;
      ready.pop();
    }
    return null;
  }

  private list(connection: PooledConnection): void {
    if (connection.listed) return;
    connection.listed = true;
    this.ready.push(connection);
  }

  private unlist(connection: PooledConnection): void {
    if (!connection.listed) return;
    connection.listed = false;
    const { ready } = this;
    const at = ready.lastIndexOf(connection);
    if (at === ready.length - 1) ready.pop();
    else ready.splice(at, 1);
  }

  // ── connections ─────────────────────────────────────────────────────────────────────────────────────────────────

  onConnectionReady(connection: PooledConnection): void {
    this.connecting--;
    if (this.selector.protocol === 'auto') this.expected = connection.speaksHttp2 ? mostStreams(this.owner.settings.http) : 1;
    if (connection.settling) this.settling++;
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
    this.serveLater();
  }

  onRoom(connection: PooledConnection, streams: number): void {
    const { expected } = this;
    this.expected = Math.max(1, Math.min(streams, mostStreams(this.owner.settings.http)));
    this.settled(connection);
    if (connection.usable) this.rest(connection);
    else this.unlist(connection);
    // Room for those that wait, or less of it to come than they were waiting for.
    if (connection.usable || this.expected < expected) this.serveLater();
  }

  /** The codec is still at work on what it read: the next request starts when it is done. */
  private serveLater(): void {
    if (this.pending.size === 0 || this.serveQueued) return;
    this.serveQueued = true;
    this.owner.dispatcher.defer(this);
  }

  onTurnEnd(): void {
    this.serveQueued = false;
    this.servePending();
  }

  private settled(connection: PooledConnection): void {
    if (!connection.settling) return;
    connection.settling = false;
    this.settling--;
  }

  onConnectionDraining(connection: PooledConnection): void {
    this.unlist(connection);
    this.settled(connection);
  }

  onConnectionGone(connection: PooledConnection): void {
    this.unlist(connection);
    this.settled(connection);
    this.all.delete(connection);
    if (this.pending.size > 0) this.connectForPending();
    this.checkGone();
  }

  /** It has room. */
  private rest(connection: PooledConnection): void {
    if (connection.active === 0) connection.onIdle();
    if (this.draining && this.pending.size === 0) connection.drain();
    else this.list(connection);
  }

  private checkGone(): void {
    if (this.gone || this.all.size > 0 || this.pending.size > 0) return;
    // Pools of single clients are many and short-lived, and where pools are limited none stays for nothing.
    const { downstream } = this.selector.options;
    const limited = this.owner.breaker(this.selector.high).pools !== null;
    if (!this.draining && !limited && (downstream === undefined || downstream === null)) return;
    this.gone = true;
    this.owner.onPoolGone(this);
  }
}

/** What one connection of HTTP/2 carries at most by our own settings. */
function mostStreams(http: UpstreamHttpSettings): number {
  const { maxConcurrentStreams } = http.h2;
  return http.maxRequestsPerConnection === 0 ? maxConcurrentStreams : Math.min(maxConcurrentStreams, http.maxRequestsPerConnection);
}
