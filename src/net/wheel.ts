import type { Clock } from '../base/clock.ts';
import { NEVER_MS, Timer, type TimerOwner, type TimerWheel } from './timer-wheel.ts';

/** Milliseconds of one tick. 2^3, so that four levels of 2^7 slots span exactly NEVER_MS. */
export const TICK_MS = 8;
const BITS = 7;
const SLOTS = 1 << BITS;
const MASK = SLOTS - 1;
const LEVELS = 4;

/** Who runs the wheel: an event loop, or a test that moves a fake clock. */
export interface WheelDriver {
  /** The wheel wants `advance()` called `ms` (≥ 1) from now, instead of when it last asked. */
  wakeIn(ms: number): void;
  /** Nothing is armed: no wake-up is needed. */
  sleep(): void;
  /** `now` was read for the first time in this turn: call `endTurn()` when the turn is over. */
  turnBegan(): void;
}

/** Heads of the slot lists are timers that never fire. */
const NOBODY: TimerOwner = Object.freeze({ onTimer: () => {} });

/**
 * Hierarchical timer wheel (Varghese and Lauck 1987, scheme 7): four levels of 128 slots; a slot of the first is one tick, a
 * slot of the next is the whole level below. A timer is put into the level that its distance needs and moves down when the
 * slot begins, so an idle proxy with long timers hardly ever wakes. Slots are circular lists around a head, so a timer
 * leaves its slot without knowing which it is.
 */
export class Wheel implements TimerWheel {
  readonly clock: Clock;
  private readonly driver: WheelDriver;
  private readonly slots: Timer[];
  private readonly origin: number;
  /** Last tick that was worked off. */
  private tick: number;
  /** Tick the driver was asked to wake us at; Infinity while it sleeps. */
  private wakeTick: number;
  private armed: number;
  private time: number;
  private fresh: boolean;
  private closed: boolean;

  constructor(clock: Clock, driver: WheelDriver) {
    this.clock = clock;
    this.driver = driver;
    this.slots = Array.from({ length: LEVELS * SLOTS }, makeHead);
    this.origin = clock.now();
    this.tick = 0;
    this.wakeTick = Number.POSITIVE_INFINITY;
    this.armed = 0;
    this.time = this.origin;
    this.fresh = false;
    this.closed = false;
  }

  get now(): number {
    if (!this.fresh) this.refresh();
    return this.time;
  }

  /** Timers that are armed. */
  get armedCount(): number {
    return this.armed;
  }

  arm(timer: Timer, ms: number): void {
    if (timer.due >= 0) this.unlink(timer);
    if (ms > NEVER_MS || this.closed) return;
    const now = this.now - this.origin;
    // An empty wheel has nothing to work off, so it may jump to the present.
    if (this.armed === 0) this.tick = Math.max(this.tick, Math.floor(now / TICK_MS));
    timer.due = Math.max(Math.ceil((now + ms) / TICK_MS), this.tick + 1);
    this.armed++;
    this.place(timer);
    if (timer.due < this.wakeTick) this.wakeAt(timer.due);
  }

  /** The driver is not told: a wake-up for nothing is cheaper than moving it for each request. */
  cancel(timer: Timer): void {
    if (timer.due >= 0) this.unlink(timer);
  }

  /** Fires what is due by now. A timer that is armed meanwhile fires at the next tick or later. */
  advance(): void {
    this.wakeTick = Number.POSITIVE_INFINITY;
    const until = Math.floor((this.now - this.origin) / TICK_MS);
    while (this.armed > 0) {
      const next = this.nextEvent();
      if (next > until) {
        this.wakeAt(next);
        return;
      }
      this.tick = next;
      this.cascade();
      this.fire();
    }
    this.sleep();
  }

  /** Milliseconds of `clock` at which something may be due, or Infinity. For drivers that move the clock. */
  get nextAt(): number {
    return this.armed === 0 ? Number.POSITIVE_INFINITY : this.origin + this.nextEvent() * TICK_MS;
  }

  /** `now` is read again by whoever asks next. */
  endTurn(): void {
    this.fresh = false;
  }

  close(): void {
    this.closed = true;
    for (const head of this.slots) while (head.next !== head) this.unlink(head.next as Timer);
    this.sleep();
  }

  private refresh(): void {
    this.time = this.clock.now();
    this.fresh = true;
    this.driver.turnBegan();
  }

  private wakeAt(tick: number): void {
    this.wakeTick = tick;
    this.driver.wakeIn(Math.max(1, Math.ceil(tick * TICK_MS + this.origin - this.now)));
  }

  private sleep(): void {
    this.wakeTick = Number.POSITIVE_INFINITY;
    this.driver.sleep();
  }

  private place(timer: Timer): void {
    const distance = timer.due - this.tick;
    let level = 0;
    let span = SLOTS;
    while (distance >= span && level < LEVELS - 1) {
      level++;
      span *= SLOTS;
    }
    // Bit operations see the low 32 bits only, which is all that picks a slot, however long the process has run.
    const head = this.slots[level * SLOTS + ((timer.due >>> (level * BITS)) & MASK)] as Timer;
    const last = head.prev as Timer;
    timer.prev = last;
    timer.next = head;
    last.next = timer;
    head.prev = timer;
  }

  private unlink(timer: Timer): void {
    const { prev, next } = timer;
    (prev as Timer).next = next;
    (next as Timer).prev = prev;
    timer.prev = null;
    timer.next = null;
    timer.due = -1;
    this.armed--;
  }

  /** First tick after the current one at which a timer fires or a slot of a higher level begins. */
  private nextEvent(): number {
    let best = Number.POSITIVE_INFINITY;
    let span = 1;
    for (let level = 0; level < LEVELS; level++) {
      const begun = this.tick - (this.tick % span);
      const at = (this.tick >>> (level * BITS)) & MASK;
      for (let i = 1; i <= SLOTS; i++) {
        const tick = begun + i * span;
        if (tick >= best) break;
        const head = this.slots[level * SLOTS + ((at + i) & MASK)] as Timer;
        if (head.next !== head) best = tick;
      }
      span *= SLOTS;
    }
    return best;
  }

  /** Moves the timers of every higher slot that begins at this tick one or more levels down. */
  private cascade(): void {
    for (let level = LEVELS - 1; level > 0; level--) {
      if (this.tick % SLOTS ** level !== 0) continue;
      const head = this.slots[level * SLOTS + ((this.tick >>> (level * BITS)) & MASK)] as Timer;
      let timer = head.next as Timer;
      head.next = head;
      head.prev = head;
      while (timer !== head) {
        const next = timer.next as Timer;
        this.place(timer);
        timer = next;
      }
    }
  }

  private fire(): void {
    const head = this.slots[this.tick & MASK] as Timer;
    while (head.next !== head) {
      const timer = head.next as Timer;
      this.unlink(timer);
      timer.owner.onTimer(timer.kind);
    }
  }
}

function makeHead(): Timer {
  const head = new Timer(NOBODY, -1);
  head.prev = head;
  head.next = head;
  return head;
}
