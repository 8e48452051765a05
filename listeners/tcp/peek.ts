import type { Socket } from 'node:net';
import type { Dispatcher } from '../../src/net/dispatcher.ts';
import {
  type AcceptedConnection,
  LISTENER_CLOSE,
  LISTENER_CONTINUE,
  LISTENER_NEED_DATA,
  type ListenerFilter,
  type ListenerStatus,
} from '../../src/net/listener-filter.ts';
import { Timer, type TimerOwner } from '../../src/net/timer-wheel.ts';
import type { ListenerFilterEntry } from './settings.ts';

export const PEEK_TIMEOUT = 'timeout' as const;
export const PEEK_REMOTE_CLOSE = 'remote close' as const;
export const PEEK_ERROR = 'error' as const;
/** A filter refused the connection. */
export const PEEK_REFUSED = 'refused' as const;
export type PeekFailure = typeof PEEK_TIMEOUT | typeof PEEK_REMOTE_CLOSE | typeof PEEK_ERROR | typeof PEEK_REFUSED;

/** Hears of the end once, at once or later. */
export interface PeekOwner {
  /** Every filter is content. `peeked` is what they read and did not consume; null when there is none. */
  onPeekDone(run: PeekRun, peeked: Buffer | null): void;
  /** The socket is still open and the owner's to close. For PEEK_TIMEOUT `giveUp` says what was peeked, to go on with it. */
  onPeekFailed(run: PeekRun, failure: PeekFailure): void;
}

/** A Node socket that a run reads from. */
interface PeekedSocket extends Socket {
  peekRun: PeekRun | null;
}

/** A buffer for peeked bytes that come in pieces is made at least this large. */
const STORE_BYTES = 1024;

/**
 * The listener filters of one accepted socket, in order. What a filter reads stays in front of the socket for the next one and
 * finally for the transport socket. The socket is read only while a filter waits for more than there is, and never beyond what the
 * filter asked for plus one read.
 */
export class PeekRun implements TimerOwner {
  readonly accepted: AcceptedConnection;
  /** The listener may give the connection to the one of its restored address. */
  readonly handOver: boolean;
  private readonly dispatcher: Dispatcher;
  private readonly entries: readonly ListenerFilterEntry[];
  private readonly owner: PeekOwner;
  private timer: Timer | null;
  private index: number;
  /** The filter at `index`; made when its turn comes. */
  private filter: ListenerFilter | null;
  private peeked: Buffer | null;
  /** Holds `peeked` and has room behind it; null while that is one read. */
  private store: Buffer | null;
  private listening: boolean;
  private over: boolean;

  /** `peeked`: what the filters of another listener read of this socket. */
  constructor(
    dispatcher: Dispatcher,
    accepted: AcceptedConnection,
    entries: readonly ListenerFilterEntry[],
    owner: PeekOwner,
    peeked: Buffer | null,
    handOver: boolean,
  ) {
    this.accepted = accepted;
    this.handOver = handOver;
    this.dispatcher = dispatcher;
    this.entries = entries;
    this.owner = owner;
    this.timer = null;
    this.index = 0;
    this.filter = null;
    this.peeked = peeked;
    this.store = null;
    this.listening = false;
    this.over = false;
  }

  /** `timeoutMs` for all filters together; 0: none. */
  start(timeoutMs: number): void {
    if (timeoutMs > 0) {
      this.timer = new Timer(this, 0);
      this.dispatcher.timers.arm(this.timer, timeoutMs);
    }
    this.runFrom(0);
  }

  /** Stops without a word; the socket is left alone. */
  cancel(): void {
    this.finish();
  }

  /** What was peeked so far, after PEEK_TIMEOUT. */
  giveUp(): Buffer | null {
    return this.collect();
  }

  onTimer(): void {
    this.fail(PEEK_TIMEOUT);
  }

  private runFrom(index: number): void {
    const { accepted } = this;
    for (let i = index; i < this.entries.length; i++) {
      const { factory, disabled } = this.entries[i] as ListenerFilterEntry;
      if (disabled?.matches(accepted)) continue;
      const filter = factory.create();
      this.index = i;
      this.filter = filter;
      let status = filter.onAccept(accepted);
      if (status === LISTENER_NEED_DATA && this.peeked !== null) status = filter.onPeek(accepted, this.peeked);
      if (!this.settle(filter, status)) return;
    }
    const rest = this.collect();
    this.finish();
    this.owner.onPeekDone(this, rest);
  }

  /** True when the filter is content and the next one may look. */
  private settle(filter: ListenerFilter, status: ListenerStatus): boolean {
    if (status === LISTENER_CONTINUE) {
      if (filter.consumed > 0 && this.peeked !== null) {
        const rest = this.peeked.subarray(filter.consumed);
        this.peeked = rest.length === 0 ? null : rest;
      }
      return true;
    }
    if (status === LISTENER_CLOSE) this.fail(PEEK_REFUSED);
    else this.listen();
    return false;
  }

  private listen(): void {
    if (this.listening) return;
    this.listening = true;
    const socket = this.accepted.socket as PeekedSocket;
    socket.peekRun = this;
    socket.on('readable', onReadable);
    socket.on('end', onEnd);
    socket.on('error', onError);
    socket.on('close', onEnd);
  }

  onReadable(): void {
    const filter = this.filter as ListenerFilter;
    // A filter that has all it asked for and is still undecided gets no more: it is the timeout's.
    if (this.over || (this.peeked !== null && this.peeked.length >= filter.maxPeekBytes)) return;
    const before = this.peeked?.length ?? 0;
    this.collect();
    const { peeked } = this;
    if (peeked === null || peeked.length === before) return;
    if (this.settle(filter, filter.onPeek(this.accepted, peeked))) this.runFrom(this.index + 1);
  }

  /** Takes what Node has read for us. */
  private collect(): Buffer | null {
    if (this.listening) {
      const chunk = this.accepted.socket.read() as Buffer | null;
      if (chunk !== null) this.append(chunk);
    }
    return this.peeked;
  }

  /** The first piece is kept as it came; from the second on there is room for more, so that a peer who sends single bytes costs little. */
  private append(chunk: Buffer): void {
    const { peeked } = this;
    if (peeked === null) {
      this.peeked = chunk;
      this.store = null;
      return;
    }
    const length = peeked.length + chunk.length;
    let store = this.store;
    let at = store === null ? 0 : peeked.byteOffset - store.byteOffset;
    if (store === null || at + length > store.length) {
      store = Buffer.allocUnsafeSlow(Math.max(STORE_BYTES, 2 * length));
      peeked.copy(store);
      at = 0;
      this.store = store;
    }
    chunk.copy(store, at + peeked.length);
    this.peeked = store.subarray(at, at + length);
  }

  fail(failure: PeekFailure): void {
    if (this.over) return;
    const { socket } = this.accepted;
    this.finish();
    if (failure !== PEEK_TIMEOUT) this.peeked = null;
    this.owner.onPeekFailed(this, failure);
    if (failure === PEEK_ERROR && !socket.destroyed) socket.destroy();
  }

  private finish(): void {
    this.over = true;
    if (this.timer !== null) this.dispatcher.timers.cancel(this.timer);
    if (!this.listening) return;
    const socket = this.accepted.socket as PeekedSocket;
    socket.peekRun = null;
    socket.off('readable', onReadable);
    socket.off('end', onEnd);
    socket.off('close', onEnd);
    // 'error' stays: nobody else listens until the transport socket takes over.
  }
}

function onReadable(this: PeekedSocket): void {
  this.peekRun?.onReadable();
}

function onEnd(this: PeekedSocket): void {
  this.peekRun?.fail(PEEK_REMOTE_CLOSE);
}

function onError(this: PeekedSocket): void {
  this.peekRun?.fail(PEEK_ERROR);
}
