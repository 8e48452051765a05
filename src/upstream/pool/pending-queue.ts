/** Requests that wait for a connection, oldest first. A list through the waiters themselves: joining and leaving allocate nothing more. */
import type { ResponseDecoder } from '../../http/codec.ts';
import type { PendingStream, PoolCallbacks } from './pool.ts';

/** Who is told that a waiter gave up. */
export interface PendingOwner {
  onPendingCancelled(waiter: Waiter): void;
}

export class Waiter implements PendingStream {
  readonly decoder: ResponseDecoder;
  readonly callbacks: PoolCallbacks;
  /** Null once it was served, failed or cancelled. */
  owner: PendingOwner | null;
  queue: PendingQueue | null;
  prev: Waiter | null;
  next: Waiter | null;

  constructor(decoder: ResponseDecoder, callbacks: PoolCallbacks, owner: PendingOwner) {
    this.decoder = decoder;
    this.callbacks = callbacks;
    this.owner = owner;
    this.queue = null;
    this.prev = null;
    this.next = null;
  }

  cancel(): void {
    this.owner?.onPendingCancelled(this);
  }
}

export class PendingQueue {
  private first: Waiter | null;
  private last: Waiter | null;
  size: number;

  constructor() {
    this.first = null;
    this.last = null;
    this.size = 0;
  }

  push(waiter: Waiter): void {
    waiter.queue = this;
    waiter.prev = this.last;
    if (this.last === null) this.first = waiter;
    else this.last.next = waiter;
    this.last = waiter;
    this.size++;
  }

  shift(): Waiter | null {
    const waiter = this.first;
    if (waiter !== null) this.remove(waiter);
    return waiter;
  }

  remove(waiter: Waiter): void {
    if (waiter.prev === null) this.first = waiter.next;
    else waiter.prev.next = waiter.next;
    if (waiter.next === null) this.last = waiter.prev;
    else waiter.next.prev = waiter.prev;
    waiter.prev = null;
    waiter.next = null;
    waiter.queue = null;
    waiter.owner = null;
    this.size--;
  }
}
