import type { Socket } from 'node:net';
import { formatAddress, type IpAddress } from '../../src/base/address.ts';
import type { Problem } from '../../src/base/errors.ts';
import type { Logger } from '../../src/base/log.ts';
import { setKeepAlive } from '../../src/net/connect.ts';
import type { Dispatcher } from '../../src/net/dispatcher.ts';
import { AcceptedConnection } from '../../src/net/listener-filter.ts';
import { type ListenerTable, listenersOf, type RedirectTarget } from '../../src/net/listener-table.ts';
import { type Acceptor, endsOf, ListeningSocket } from '../../src/net/listening-socket.ts';
import type { LogEntry } from '../../src/telemetry/access-log.ts';
import { FLAG } from '../../src/telemetry/response-flags.ts';
import type { StatGroup, StatsScope } from '../../src/telemetry/stats.ts';
import { StreamInfo } from '../../src/telemetry/stream-info.ts';
import type { BindOptions, ListenerInstance, ListenerStatus } from '../../src/upstream/instances.ts';
import { ActiveConnection, downstreamOf } from './active-connection.ts';
import { type ConnectionLimits, TAKEN } from './connection-limits.ts';
import { PEEK_ERROR, PEEK_REMOTE_CLOSE, PEEK_TIMEOUT, type PeekFailure, type PeekOwner, PeekRun } from './peek.ts';
import type { ListenerSettings } from './settings.ts';
import { LISTENER_STATS, WORKER_STATS } from './stats.ts';

const S = LISTENER_STATS.slot;
const W = WORKER_STATS.slot;
const LENGTH_MS = LISTENER_STATS.histogram.downstream_cx_length_ms;

/** What is counted of connections that are not taken, by `Taken`. */
const REFUSED = [-1, S.downstream_cx_overflow, S.downstream_global_cx_overflow, S.downstream_cx_overload_reject] as const;

/** What a listener gets from the context that it was compiled in. */
export interface ListenerParts {
  readonly dispatcher: Dispatcher;
  readonly stats: StatsScope;
  readonly limits: ConnectionLimits;
  readonly log: Logger;
}

export class TcpListener implements ListenerInstance, Acceptor, PeekOwner, RedirectTarget {
  readonly name: string;
  readonly settings: ListenerSettings;
  readonly dispatcher: Dispatcher;
  draining: boolean;
  private readonly scope: StatsScope;
  private readonly stats: StatGroup;
  private readonly workerStats: StatGroup;
  private readonly limits: ConnectionLimits;
  private readonly logger: Logger;
  private readonly table: ListenerTable;
  /** By address; null where nothing is bound, or where a successor took it. */
  private sockets: (ListeningSocket | null)[];
  /** With the real ports once they are bound; also after the sockets are gone. */
  private addresses: readonly IpAddress[];
  private readonly peeking: Set<PeekRun>;
  private readonly active: Set<ActiveConnection>;
  private listening: boolean;
  private closed: boolean;

  constructor(settings: ListenerSettings, parts: ListenerParts) {
    this.name = settings.name;
    this.settings = settings;
    this.dispatcher = parts.dispatcher;
    this.draining = false;
    this.scope = parts.stats;
    this.stats = parts.stats.group(`listener.${settings.statName}.`, LISTENER_STATS);
    this.workerStats = parts.stats.group(`listener.${settings.statName}.worker_${parts.dispatcher.workerIndex}.`, WORKER_STATS);
    this.limits = parts.limits;
    this.logger = parts.log;
    this.table = listenersOf(parts.dispatcher);
    this.sockets = [];
    this.addresses = settings.addresses.map(({ address }) => address);
    this.peeking = new Set();
    this.active = new Set();
    this.listening = false;
    this.closed = false;
  }

  // ── binding ─────────────────────────────────────────────────────────────────────────────────────────────────────

  listen(options: BindOptions, done: (problem: Problem | null) => void): void {
    if (!this.settings.bind) {
      this.begin(this.settings.addresses.map(({ address }) => address));
      done(null);
      return;
    }
    const before = options.takeOverFrom instanceof TcpListener ? options.takeOverFrom : null;
    const sockets: (ListeningSocket | null)[] = [];
    let waiting = 1;
    let problem: Problem | null = null;
    const settle = (): void => {
      if (--waiting > 0) return;
      if (problem !== null || this.closed) {
        for (const socket of sockets) socket?.close();
        done(problem);
        return;
      }
      // Nothing failed, so the sockets of the one before change hands: between two events, hence nobody is refused.
      const own = sockets.map((socket, i) => socket ?? (before as TcpListener).giveUp(i));
      for (const socket of own) socket.acceptor = this;
      this.sockets = own;
      this.begin(own.map(({ address }) => address));
      done(null);
    };
    this.settings.addresses.forEach((address, i) => {
      if (before?.holds(i, address, options.reusePort)) {
        sockets.push(null);
        return;
      }
      const socket = new ListeningSocket({ ...address, reusePort: options.reusePort }, this);
      sockets.push(socket);
      waiting++;
      socket.open((error) => {
        if (error !== null) problem ??= bindProblem(error, i);
        settle();
      });
    });
    settle();
  }

  /** Whether the socket of that address would do for a listener with these settings. */
  private holds(index: number, address: ListenerSettings['addresses'][number], reusePort: boolean): boolean {
    const settings = this.sockets[index]?.settings;
    return (
      settings !== undefined &&
      formatAddress(settings.address) === formatAddress(address.address) &&
      settings.dualStack === address.dualStack &&
      settings.backlog === address.backlog &&
      settings.transparent === address.transparent &&
      settings.freebind === address.freebind &&
      settings.reusePort === reusePort
    );
  }

  private giveUp(index: number): ListeningSocket {
    const socket = this.sockets[index] as ListeningSocket;
    this.sockets[index] = null;
    return socket;
  }

  /** From here on connections may come: from the kernel, and from listeners that hand theirs over. */
  private begin(addresses: readonly IpAddress[]): void {
    this.addresses = addresses;
    this.listening = true;
    for (const [i, address] of addresses.entries()) this.table.add(address, this.settings.addresses[i]?.dualStack === true, this);
  }

  private stopAccepting(): void {
    if (!this.listening) return;
    this.listening = false;
    for (const [i, address] of this.addresses.entries()) this.table.remove(address, this.settings.addresses[i]?.dualStack === true, this);
    for (const socket of this.sockets) socket?.close();
  }

  // ── accepting ───────────────────────────────────────────────────────────────────────────────────────────────────

  onAccept(socket: Socket, from: ListeningSocket): void {
    const ends = endsOf(socket, from);
    if (ends === null) {
      socket.destroy();
      return;
    }
    if (this.settings.keepAlive !== null) setKeepAlive(socket, this.settings.keepAlive);
    this.inspect(new AcceptedConnection(socket, ends.local, ends.remote), null, this.settings.handOver);
  }

  /** What is handed over once stays here. */
  takeRedirected(accepted: AcceptedConnection, peeked: Buffer | null): void {
    this.inspect(accepted, peeked, false);
  }

  private inspect(accepted: AcceptedConnection, peeked: Buffer | null, handOver: boolean): void {
    const { settings, stats } = this;
    const taken = this.limits.take();
    if (taken !== TAKEN) {
      stats.inc(REFUSED[taken]);
      accepted.socket.destroy();
      return;
    }
    if (settings.listenerFilters.length === 0) {
      this.choose(accepted, peeked);
      return;
    }
    const run = new PeekRun(this.dispatcher, accepted, settings.listenerFilters, this, peeked, handOver);
    this.peeking.add(run);
    stats.inc(S.downstream_pre_cx_active);
    run.start(settings.listenerFiltersTimeoutMs);
  }

  onAcceptError(text: string): void {
    this.logger.error(`listener ${this.name}: accept failed: ${text}`);
  }

  onPeekDone(run: PeekRun, peeked: Buffer | null): void {
    this.leavePeeking(run);
    this.proceed(run, peeked);
  }

  onPeekFailed(run: PeekRun, failure: PeekFailure): void {
    this.leavePeeking(run);
    if (failure === PEEK_TIMEOUT) {
      this.stats.inc(S.downstream_pre_cx_timeout);
      if (this.settings.continueOnTimeout) {
        this.proceed(run, run.giveUp());
        return;
      }
    } else if (failure === PEEK_REMOTE_CLOSE) {
      this.stats.inc(S.downstream_listener_filter_remote_close);
    } else if (failure === PEEK_ERROR) {
      this.stats.inc(S.downstream_listener_filter_error);
    }
    if (this.settings.accessLogs.length > 0) this.log(this.withoutChain(run.accepted));
    run.accepted.socket.destroy();
    this.freeConnection();
  }

  /** To the listener of the address that the client wanted, or on with this one. */
  private proceed(run: PeekRun, peeked: Buffer | null): void {
    const { accepted } = run;
    const target = run.handOver && accepted.localAddressRestored ? this.table.find(accepted.localAddress) : null;
    if (target === null || target === this) {
      this.choose(accepted, peeked);
      return;
    }
    this.freeConnection();
    target.takeRedirected(accepted, peeked);
  }

  private leavePeeking(run: PeekRun): void {
    this.peeking.delete(run);
    this.stats.dec(S.downstream_pre_cx_active);
  }

  private choose(accepted: AcceptedConnection, peeked: Buffer | null): void {
    // No inspector said otherwise.
    if (accepted.transportProtocol === '') accepted.transportProtocol = 'raw_buffer';
    const chain = this.settings.chains.match(accepted);
    if (chain === null) {
      this.stats.inc(S.no_filter_chain_match);
      if (this.settings.accessLogs.length > 0) this.log(unmatched(this.withoutChain(accepted)));
    }
    if (chain === null || chain.filters.length === 0) {
      accepted.socket.destroy();
      this.freeConnection();
      return;
    }
    const connection = new ActiveConnection(this, accepted, chain, this.dispatcher.timers.now);
    this.active.add(connection);
    this.stats.inc(S.downstream_cx_total);
    this.stats.inc(S.downstream_cx_active);
    this.workerStats.inc(W.downstream_cx_total);
    this.workerStats.inc(W.downstream_cx_active);
    connection.start(peeked);
  }

  /** The log line of a connection that ends before a filter chain has it. */
  private withoutChain(accepted: AcceptedConnection): LogEntry {
    const { now } = this.dispatcher.timers;
    const info = new StreamInfo(downstreamOf(accepted, 0, null, this, null), now, this.dispatcher.clock.wall());
    info.remoteAddress = accepted.remoteAddress;
    info.end = now;
    return { info, requestHeaders: null, responseHeaders: null, responseTrailers: null, localReplyBody: '' };
  }

  // ── connections ─────────────────────────────────────────────────────────────────────────────────────────────────

  countHandshakeTimeout(): void {
    this.stats.inc(S.downstream_cx_transport_socket_connect_timeout);
  }

  log(entry: LogEntry): void {
    const { accessLogs } = this.settings;
    for (let i = 0; i < accessLogs.length; i++) accessLogs[i]?.log(entry);
  }

  onGone(connection: ActiveConnection, lengthMs: number): void {
    this.active.delete(connection);
    this.stats.inc(S.downstream_cx_destroy);
    this.stats.dec(S.downstream_cx_active);
    this.workerStats.dec(W.downstream_cx_active);
    this.stats.record(LENGTH_MS, lengthMs);
    this.freeConnection();
  }

  private freeConnection(): void {
    this.limits.release();
    this.endIfIdle();
  }

  /** After `close`, when the last connection has been counted and logged. */
  private endIfIdle(): void {
    if (!this.closed || this.active.size > 0 || this.peeking.size > 0) return;
    for (const log of this.settings.accessLogs) log.flush(false);
    this.scope.release(this.stats);
    this.scope.release(this.workerStats);
  }

  // ── ending ──────────────────────────────────────────────────────────────────────────────────────────────────────

  drain(stopAccepting: boolean): void {
    this.draining = true;
    if (stopAccepting) this.stopAccepting();
    for (const connection of this.active) connection.drain();
  }

  close(): void {
    if (this.closed) return;
    this.draining = true;
    this.stopAccepting();
    for (const run of this.peeking) {
      run.cancel();
      run.accepted.socket.destroy();
      this.leavePeeking(run);
      this.limits.release();
    }
    for (const connection of this.active) connection.close();
    this.closed = true;
    this.endIfIdle();
  }

  status(): ListenerStatus {
    return {
      name: this.name,
      addresses: this.addresses.map(formatAddress),
      direction: this.settings.direction,
      activeConnections: this.active.size + this.peeking.size,
      state: this.draining ? 'draining' : this.listening ? 'active' : 'warming',
    };
  }
}

function unmatched(entry: LogEntry): LogEntry {
  entry.info.addFlags(FLAG.NoRouteFound);
  entry.info.responseCodeDetails = 'filter_chain_not_found';
  return entry;
}

function bindProblem(error: string, index: number): Problem {
  return {
    code: 'io',
    path: index === 0 ? 'address' : `additional_addresses[${index - 1}].address`,
    message: error,
    hint: error.endsWith('in use')
      ? 'stop what listens there, or choose another port'
      : 'choose an address and port that this process may bind',
  };
}
