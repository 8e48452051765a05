import { FakeClock } from '../../src/base/clock.ts';
import type { Deferred, Dispatcher, Flushable } from '../../src/net/dispatcher.ts';
import { LoopMemory } from '../../src/net/loop-memory.ts';
import { Wheel, type WheelDriver } from '../../src/net/wheel.ts';

/**
 * A dispatcher whose time and turns the test decides: `turn()` ends a turn of the event loop (deferred calls, then
 * flushes), `advance(ms)` moves the clock and fires timers on the way, each in a turn of its own.
 */
export class FakeDispatcher implements Dispatcher, WheelDriver {
  readonly clock: FakeClock;
  readonly workerIndex = 0;
  readonly timers: Wheel;
  readonly memory = new LoopMemory();
  turnNumber = 0;
  private dirty: Flushable[] = [];
  private deferred: Deferred[] = [];
  private ids = 0;

  constructor(clock: FakeClock = new FakeClock()) {
    this.clock = clock;
    this.timers = new Wheel(clock, this);
  }

  markDirty(what: Flushable): void {
    if (what.dirty) return;
    what.dirty = true;
    this.dirty.push(what);
  }

  defer(what: Deferred): void {
    this.deferred.push(what);
  }

  httpDate(): string {
    return new Date(this.clock.wall()).toUTCString();
  }

  nextId(): number {
    return ++this.ids;
  }

  /** Objects that wait for a flush. */
  get dirtyCount(): number {
    return this.dirty.length;
  }

  /** Ends a turn. What is queued meanwhile waits for the next one. */
  turn(): void {
    this.turnNumber++;
    const { deferred } = this;
    this.deferred = [];
    for (const each of deferred) each.onTurnEnd();
    const { dirty } = this;
    this.dirty = [];
    for (const each of dirty) {
      each.dirty = false;
      each.flush();
    }
    this.timers.endTurn();
  }

  /** Ends turns until nothing is queued. */
  settle(): void {
    for (let turns = 0; turns < 1000; turns++) {
      if (this.dirty.length === 0 && this.deferred.length === 0) return;
      this.turn();
    }
    throw new Error('1,000 turns and still something queued');
  }

  advance(ms: number): void {
    const end = this.clock.now() + ms;
    this.settle();
    while (this.timers.nextAt <= end) {
      this.clock.advance(Math.max(0, this.timers.nextAt - this.clock.now()));
      this.timers.endTurn();
      this.timers.advance();
      this.settle();
    }
    this.clock.advance(end - this.clock.now());
    this.timers.endTurn();
  }

  wakeIn(): void {}
  sleep(): void {}
  turnBegan(): void {}
}
