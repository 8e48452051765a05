import t from 'tap';
import { FakeClock, systemClock } from '../base/clock.ts';
import type { Deferred, Flushable } from './dispatcher.ts';
import { createDispatcher } from './event-loop.ts';
import { Timer } from './timer-wheel.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

class Item implements Flushable, Deferred {
  dirty = false;
  readonly log: string[];
  readonly name: string;
  act: (() => void) | null = null;

  constructor(log: string[], name: string) {
    this.log = log;
    this.name = name;
  }

  flush(): void {
    this.log.push(`flush ${this.name}`);
    this.act?.();
  }

  onTurnEnd(): void {
    this.log.push(`deferred ${this.name}`);
    this.act?.();
  }
}

t.test('a turn ends with the deferred calls and then one flush for each dirty object', async (t) => {
  const loop = createDispatcher({ clock: systemClock, workerIndex: 0 });
  const log: string[] = [];
  const a = new Item(log, 'a');
  const b = new Item(log, 'b');
  loop.markDirty(a);
  loop.markDirty(b);
  loop.markDirty(a);
  loop.defer(new Item(log, 'c'));
  t.same(log, []);
  await turn();
  t.same(log, ['deferred c', 'flush a', 'flush b']);
  t.equal(a.dirty, false);
  await turn();
  t.equal(log.length, 3, 'and nothing is left for the next turn');
});

t.test('a deferred call can make something dirty for the same turn; everything else waits for the next', async (t) => {
  const loop = createDispatcher({ clock: systemClock, workerIndex: 0 });
  const log: string[] = [];
  const a = new Item(log, 'a');
  const b = new Item(log, 'b');
  const c = new Item(log, 'c');
  a.act = () => {
    a.act = null;
    loop.markDirty(b);
    loop.defer(a);
  };
  b.act = () => {
    b.act = null;
    loop.markDirty(b);
    loop.markDirty(c);
    loop.defer(c);
  };
  loop.defer(a);
  await turn();
  t.same(log, ['deferred a', 'flush b']);
  await turn();
  t.same(log.slice(2), ['deferred a', 'deferred c', 'flush b', 'flush c']);
});

t.test('ids are dense and differ between workers', (t) => {
  const first = createDispatcher({ clock: systemClock, workerIndex: 0 });
  const second = createDispatcher({ clock: systemClock, workerIndex: 1 });
  t.same([first.nextId(), first.nextId()], [1, 2]);
  t.ok(second.nextId() > 1e12);
  t.ok(Number.isSafeInteger(createDispatcher({ clock: systemClock, workerIndex: 1000 }).nextId()));
  t.end();
});

t.test('the date is that of RFC 9110 and changes with the second', (t) => {
  const clock = new FakeClock(Date.UTC(2026, 10, 21, 10, 0, 0, 250));
  const loop = createDispatcher({ clock, workerIndex: 0, timersRun: false });
  t.equal(loop.httpDate(), 'Sat, 21 Nov 2026 10:00:00 GMT');
  clock.advance(749);
  loop.timers.endTurn();
  t.equal(loop.httpDate(), 'Sat, 21 Nov 2026 10:00:00 GMT');
  clock.advance(1);
  loop.timers.endTurn();
  t.equal(loop.httpDate(), 'Sat, 21 Nov 2026 10:00:01 GMT');
  t.end();
});

t.test('the time stands still within a turn and moves with the next', async (t) => {
  const clock = new FakeClock();
  const loop = createDispatcher({ clock, workerIndex: 0, timersRun: false });
  t.equal(loop.timers.now, 0);
  clock.advance(5);
  t.equal(loop.timers.now, 0);
  await turn();
  t.equal(loop.timers.now, 5);
});

t.test('timers fire on a real loop, and a closed one fires none', async (t) => {
  const loop = createDispatcher({ clock: systemClock, workerIndex: 0 });
  const before = performance.now();
  const keepAlive = setInterval(() => {}, 1000);
  t.teardown(() => clearInterval(keepAlive));
  await new Promise<void>((resolve) => {
    loop.timers.arm(new Timer({ onTimer: () => resolve() }, 0), 20);
  });
  const took = performance.now() - before;
  t.ok(took >= 19.9, `after ${took} ms`);
  const fired: number[] = [];
  loop.timers.arm(new Timer({ onTimer: (kind) => fired.push(kind) }, 1), 1);
  loop.close();
  await turn();
  t.same(fired, []);
});
