/**
 * One connection to a host that has several addresses (happy eyeballs, RFC 8305 §5): one attempt after the other, each begun when the
 * one before it failed or has had 300 ms, until one stands. The others are given up then. All within the user's own connect timeout.
 */
import type { Address } from '../../base/address.ts';
import { CLOSE_NO_FLUSH, type ClosedBy, type Connection, type ConnectionCallbacks } from '../../net/connection.ts';
import type { Dispatcher } from '../../net/dispatcher.ts';
import { Timer, type TimerOwner } from '../../net/timer-wheel.ts';
import { forAddress, type UpstreamTransportOptions } from '../../net/transport-socket.ts';
import type { Cluster } from '../cluster.ts';
import { CLUSTER_STATS } from '../cluster-stats.ts';
import type { Host } from '../host.ts';
import { inTurns } from './address-order.ts';

const CX_TOTAL = CLUSTER_STATS.slot.upstream_cx_total;
/** RFC 8305 §8 says 250 ms; Envoy takes 300. */
const ATTEMPT_DELAY_MS = 300;

/** Whose connection it is. It hears what a single connection would tell, once. */
export interface RaceUser extends ConnectionCallbacks {
  /** The attempt that is of interest: the latest one, the one that stands, the one that failed last. */
  connection: Connection | null;
}

class Attempt implements ConnectionCallbacks {
  readonly race: AddressRace;
  connection: Connection | null;
  abandoned: boolean;

  constructor(race: AddressRace) {
    this.race = race;
    this.connection = null;
    this.abandoned = false;
  }

  abandon(): void {
    this.abandoned = true;
    this.connection?.close(CLOSE_NO_FLUSH);
  }

  onConnected(): void {
    if (!this.abandoned) this.race.onWon(this);
  }

  onClose(by: ClosedBy): void {
    if (!this.abandoned) this.race.onLost(this, by);
  }

  // Nothing comes before a connection stands.
  onData(): void {}
  onEnd(): void {}
  onAboveHighWatermark(): void {}
  onBelowLowWatermark(): void {}
}

export class AddressRace implements TimerOwner {
  private readonly dispatcher: Dispatcher;
  private readonly host: Host;
  private readonly options: UpstreamTransportOptions;
  private readonly cluster: Pick<Cluster, 'settings' | 'stats'>;
  private readonly user: RaceUser;
  private readonly addresses: readonly Address[];
  private next: number;
  private readonly running: Attempt[];
  private readonly timer: Timer;
  private closing: boolean;

  constructor(
    dispatcher: Dispatcher,
    host: Host,
    options: UpstreamTransportOptions,
    cluster: Pick<Cluster, 'settings' | 'stats'>,
    user: RaceUser,
  ) {
    this.dispatcher = dispatcher;
    this.host = host;
    this.options = options;
    this.cluster = cluster;
    this.user = user;
    this.addresses = inTurns([host.address].concat(host.additionalAddresses), cluster.settings.addressOrder ?? null);
    this.next = 0;
    this.running = [];
    this.timer = new Timer(this, 0);
    this.closing = false;
  }

  /** Begins the next attempt. */
  start(): Connection {
    const { settings, stats } = this.cluster;
    const attempt = new Attempt(this);
    // The first one was counted with the connection.
    if (this.next > 0) stats.inc(CX_TOTAL);
    const address = this.addresses[this.next++] as Address;
    this.running.push(attempt);
    const connection = this.host.transport.connect(this.dispatcher, address, forAddress(this.options, address), attempt);
    attempt.connection = connection;
    connection.setBufferLimit(settings.bufferLimit);
    this.user.connection = connection;
    if (this.next < this.addresses.length) this.dispatcher.timers.arm(this.timer, ATTEMPT_DELAY_MS);
    return connection;
  }

  /** Gives up. `onClose` follows. */
  close(): void {
    this.closing = true;
    this.dispatcher.timers.cancel(this.timer);
    for (const { connection } of this.running) connection?.close(CLOSE_NO_FLUSH);
  }

  onTimer(): void {
    this.start();
  }

  onWon(winner: Attempt): void {
    if (this.closing) return;
    this.dispatcher.timers.cancel(this.timer);
    for (const attempt of this.running) if (attempt !== winner) attempt.abandon();
    const { user } = this;
    const connection = winner.connection as Connection;
    user.connection = connection;
    connection.setCallbacks(user);
    user.onConnected();
  }

  onLost(attempt: Attempt, by: ClosedBy): void {
    const { running, user, timer } = this;
    running.splice(running.indexOf(attempt), 1);
    if (!this.closing && this.next < this.addresses.length) {
      this.dispatcher.timers.cancel(timer);
      this.start();
    }
    if (running.length > 0) return;
    user.connection = attempt.connection;
    user.onClose(by);
  }
}
