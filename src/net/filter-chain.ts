/**
 * Runs the network filters of one connection (contract 5): of an accepted one, or upstream filters of a cluster's.
 *
 * Filters see a connection in their order. One that answers NETWORK_STOP keeps what follows from the filters behind it until
 * it calls `continueReading` or answers NETWORK_CONTINUE to later data; what it held back goes first. Held bytes are copies (the
 * originals are borrowed) and charged to the connection's buffer limit: beyond it the connection stops reading.
 */
import type { StreamInfo } from '../telemetry/stream-info.ts';
import type { ClosedBy, Connection, ConnectionCallbacks } from './connection.ts';
import { NETWORK_STOP, type NetworkFilter, type NetworkFilterCallbacks, type NetworkFilterFactory, type NetworkStatus } from './filter.ts';

/** Whoever made the chain: told last, when every filter was. */
export interface FilterChainOwner {
  onChainClose(by: ClosedBy): void;
}

/** One filter at its place in the chain. */
class Slot implements NetworkFilterCallbacks {
  readonly chain: NetworkFilterChain;
  readonly index: number;
  readonly filter: NetworkFilter;
  /** `onNewConnection` was called. */
  begun: boolean;
  stopped: boolean;
  /** Copies of what the next filter has not seen. */
  held: Buffer[] | null;

  constructor(chain: NetworkFilterChain, index: number, filter: NetworkFilter) {
    this.chain = chain;
    this.index = index;
    this.filter = filter;
    this.begun = false;
    this.stopped = false;
    this.held = null;
  }

  get connection(): Connection {
    return this.chain.connection;
  }

  get info(): StreamInfo {
    return this.chain.info;
  }

  continueReading(): void {
    this.chain.resumeAfter(this);
  }
}

export class NetworkFilterChain implements ConnectionCallbacks {
  readonly connection: Connection;
  readonly info: StreamInfo;
  private readonly owner: FilterChainOwner;
  private readonly slots: Slot[];
  private readonly limit: number;
  private heldBytes: number;
  private readStopped: boolean;
  /** The peer's FIN came; filters behind one that stopped hear of it after what is held. */
  private peerEnded: boolean;
  /** Filters that were told so. */
  private endsTold: number;

  /** `bufferLimit` in bytes; 0: none. */
  constructor(
    connection: Connection,
    info: StreamInfo,
    factories: readonly NetworkFilterFactory[],
    bufferLimit: number,
    owner: FilterChainOwner,
  ) {
    this.connection = connection;
    this.info = info;
    this.owner = owner;
    this.limit = bufferLimit;
    this.slots = [];
    this.heldBytes = 0;
    this.readStopped = false;
    this.peerEnded = false;
    this.endsTold = 0;
    for (let i = 0; i < factories.length; i++) {
      this.slots.push(new Slot(this, i, (factories[i] as NetworkFilterFactory).create()));
    }
  }

  /** Introduces the filters to the connection. The caller has set this chain as its callbacks. */
  begin(): void {
    this.beginFrom(0);
  }

  /** Calls `onNewConnection` from `index` on until one stops. True when none did. */
  private beginFrom(index: number): boolean {
    const { slots } = this;
    for (let i = index; i < slots.length; i++) {
      const slot = slots[i] as Slot;
      if (slot.begun) continue;
      slot.begun = true;
      if (slot.filter.onNewConnection(slot) === NETWORK_STOP) slot.stopped = true;
      if (!this.connection.open || slot.stopped) return false;
    }
    return true;
  }

  onConnected(): void {}

  onData(buffer: Buffer, start: number, end: number): void {
    this.deliver(0, buffer, start, end);
  }

  private deliver(from: number, buffer: Buffer, start: number, end: number): void {
    const { slots } = this;
    const last = slots.length - 1;
    for (let i = from; i <= last; i++) {
      const slot = slots[i] as Slot;
      const status: NetworkStatus = slot.filter.onData(buffer, start, end);
      if (!this.connection.open || i === last) return;
      if (status === NETWORK_STOP) {
        slot.stopped = true;
        this.hold(slot, buffer, start, end);
        return;
      }
      // What it kept back before goes first, which may stop somewhere further down.
      if (slot.stopped) {
        this.hold(slot, buffer, start, end);
        this.resumeAfter(slot);
        return;
      }
    }
  }

  private hold(slot: Slot, buffer: Buffer, start: number, end: number): void {
    slot.held ??= [];
    slot.held.push(Buffer.from(buffer.subarray(start, end)));
    this.heldBytes += end - start;
    if (this.limit > 0 && this.heldBytes > this.limit && !this.readStopped) {
      this.readStopped = true;
      this.connection.readDisable(true);
    }
  }

  /** `NetworkFilterCallbacks.continueReading` of that filter. */
  resumeAfter(slot: Slot): void {
    if (!slot.stopped || !this.connection.open) return;
    slot.stopped = false;
    const { held } = slot;
    slot.held = null;
    this.beginFrom(slot.index + 1);
    if (held !== null) {
      for (let i = 0; i < held.length; i++) {
        const bytes = held[i] as Buffer;
        this.heldBytes -= bytes.length;
        if (this.connection.open) this.deliver(slot.index + 1, bytes, 0, bytes.length);
      }
    }
    if (this.readStopped && this.heldBytes <= this.limit) {
      this.readStopped = false;
      this.connection.readDisable(false);
    }
    this.tellEnd();
  }

  onEnd(): void {
    this.peerEnded = true;
    this.tellEnd();
  }

  private tellEnd(): void {
    const { slots } = this;
    while (this.peerEnded && this.endsTold < slots.length && this.connection.open) {
      const before = slots[this.endsTold - 1];
      if (before?.stopped) return;
      const { filter } = slots[this.endsTold] as Slot;
      this.endsTold++;
      filter.onEnd();
    }
  }

  onClose(by: ClosedBy): void {
    const { slots } = this;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i] as Slot;
      slot.held = null;
      if (slot.begun) slot.filter.onClose(by);
    }
    this.owner.onChainClose(by);
  }

  onAboveHighWatermark(): void {
    const { slots } = this;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i] as Slot;
      if (slot.begun) slot.filter.onAboveHighWatermark();
    }
  }

  onBelowLowWatermark(): void {
    const { slots } = this;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i] as Slot;
      if (slot.begun) slot.filter.onBelowLowWatermark();
    }
  }

  /** The listener drains. */
  drain(): void {
    const { slots } = this;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i] as Slot;
      if (slot.begun) slot.filter.onDrain();
    }
  }
}
