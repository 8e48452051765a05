import t from 'tap';
import { FakeClock } from '../base/clock.ts';
import { NEVER_MS, Timer } from './timer-wheel.ts';
import { TICK_MS, Wheel, type WheelDriver } from './wheel.ts';

class Driver implements WheelDriver {
  /** Time of the next wake-up, -1 when none is wanted. */
  wake = -1;
  turns = 0;
  readonly #clock: FakeClock;
  constructor(clock: FakeClock) {
    this.#clock = clock;
  }
  wakeIn(ms: number): void {
    this.wake = this.#clock.now() + ms;
  }
  sleep(): void {
    this.wake = -1;
  }
  turnBegan(): void {
    this.turns++;
  }
}

class Bench {
  readonly clock = new FakeClock();
  readonly driver = new Driver(this.clock);
  readonly wheel = new Wheel(this.clock, this.driver);
  readonly fired: [kind: number, at: number][] = [];

  timer(kind: number): Timer {
    return new Timer(this, kind);
  }

  onTimer(kind: number): void {
    this.fired.push([kind, this.clock.now()]);
  }

  /** Moves the clock as the driver was asked to, until `ms` have passed. Returns how often it woke. */
  run(ms: number): number {
    const end = this.clock.now() + ms;
    let wakes = 0;
    while (this.driver.wake >= 0 && this.driver.wake <= end) {
      this.clock.advance(this.driver.wake - this.clock.now());
      this.wheel.endTurn();
      this.wheel.advance();
      wakes++;
    }
    this.clock.advance(end - this.clock.now());
    this.wheel.endTurn();
    return wakes;
  }
}

t.test('a timer fires once, not before its time and at most one tick late', (t) => {
  for (const ms of [1, 7, 8, 9, 100, 1023, 1024, 1025, 15_000, 131_072, 600_000, 86_400_000, NEVER_MS]) {
    const bench = new Bench();
    bench.run(3); // so that ticks and milliseconds do not coincide
    bench.wheel.arm(bench.timer(1), ms);
    bench.run(ms + 2 * TICK_MS);
    t.equal(bench.fired.length, 1, `${ms} ms fires once`);
    const late = (bench.fired[0]?.[1] ?? 0) - 3 - ms;
    t.ok(late >= 0 && late < TICK_MS, `${ms} ms is ${late} ms late`);
    t.equal(bench.driver.wake, -1, 'and the driver sleeps');
  }
  t.end();
});

t.test('many timers of random length fire in order of their ticks', (t) => {
  const bench = new Bench();
  let seed = 42;
  const random = (): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return seed / 2 ** 32;
  };
  const due: number[] = [];
  for (let i = 0; i < 2000; i++) {
    const ms = Math.ceil(random() ** 4 * 4_000_000) + 1;
    due[i] = bench.clock.now() + ms;
    bench.wheel.arm(bench.timer(i), ms);
    if (i % 10 === 0) bench.run(Math.floor(random() * 50));
  }
  bench.run(5_000_000);
  t.equal(bench.fired.length, 2000);
  for (const [kind, at] of bench.fired) {
    const late = at - (due[kind] ?? 0);
    if (late < 0 || late >= TICK_MS) t.fail(`timer ${kind} was ${late} ms late`);
  }
  t.end();
});

t.test('a cancelled timer never fires, and cancelling twice does no harm', (t) => {
  const bench = new Bench();
  const timer = bench.timer(1);
  bench.wheel.arm(timer, 50);
  t.equal(timer.armed, true);
  bench.wheel.cancel(timer);
  bench.wheel.cancel(timer);
  t.equal(timer.armed, false);
  t.equal(bench.wheel.armedCount, 0);
  t.equal(bench.run(1000), 1, 'the driver wakes once for nothing');
  t.same(bench.fired, []);
  t.equal(bench.driver.wake, -1, 'and then sleeps');
  t.end();
});

t.test('arming again moves the timer, earlier and later', (t) => {
  const bench = new Bench();
  const timer = bench.timer(1);
  bench.wheel.arm(timer, 1000);
  bench.wheel.arm(timer, 2000);
  bench.run(1500);
  t.same(bench.fired, []);
  bench.wheel.arm(timer, 4);
  bench.run(16);
  t.equal(bench.fired.length, 1);
  bench.run(5000);
  t.equal(bench.fired.length, 1);
  t.end();
});

t.test('a duration beyond the range of the wheel means never, also for a timer that was armed', (t) => {
  const bench = new Bench();
  const timer = bench.timer(1);
  bench.wheel.arm(timer, 10);
  bench.wheel.arm(timer, 9_223_372_035_000);
  t.equal(timer.armed, false);
  bench.run(100);
  t.same(bench.fired, []);
  bench.wheel.arm(timer, Number.POSITIVE_INFINITY);
  t.equal(timer.armed, false);
  t.end();
});

t.test('timers of one tick may cancel each other and arm themselves while they fire', (t) => {
  const bench = new Bench();
  let again = 0;
  const victim = bench.timer(7);
  const killer = new Timer(
    {
      onTimer: () => {
        bench.wheel.cancel(victim);
        if (again++ < 3) bench.wheel.arm(killer, 1);
      },
    },
    0,
  );
  bench.wheel.arm(killer, 10);
  bench.wheel.arm(victim, 10);
  bench.run(200);
  t.same(bench.fired, []);
  t.equal(again, 4);
  t.end();
});

t.test('a loop that was blocked catches up in one call', (t) => {
  const bench = new Bench();
  for (let i = 1; i <= 100; i++) bench.wheel.arm(bench.timer(i), i * 50);
  bench.clock.advance(10_000);
  bench.wheel.endTurn();
  bench.wheel.advance();
  t.same(
    bench.fired.map(([kind]) => kind),
    Array.from({ length: 100 }, (_, i) => i + 1),
  );
  t.end();
});

t.test('one hour of waiting wakes the process a handful of times', (t) => {
  const bench = new Bench();
  bench.wheel.arm(bench.timer(1), 3_600_000);
  const wakes = bench.run(3_700_000);
  t.equal(bench.fired.length, 1);
  t.ok(wakes < 10, `${wakes} wake-ups`);
  t.end();
});

t.test('the time is read once per turn', (t) => {
  const bench = new Bench();
  const first = bench.wheel.now;
  bench.clock.advance(5);
  t.equal(bench.wheel.now, first);
  t.equal(bench.driver.turns, 1);
  bench.wheel.endTurn();
  t.equal(bench.wheel.now, first + 5);
  t.equal(bench.driver.turns, 2);
  t.end();
});

t.test('requests that arm and cancel one timer after the other move the driver once', (t) => {
  const bench = new Bench();
  let moves = 0;
  const wakeIn = bench.driver.wakeIn.bind(bench.driver);
  bench.driver.wakeIn = (ms) => {
    moves++;
    wakeIn(ms);
  };
  const timer = bench.timer(1);
  for (let i = 0; i < 100; i++) {
    bench.wheel.arm(timer, 15_000);
    bench.clock.advance(10);
    bench.wheel.endTurn();
    bench.wheel.cancel(timer);
  }
  t.equal(moves, 1);
  t.end();
});

t.test('a closed wheel fires nothing and arms nothing', (t) => {
  const bench = new Bench();
  const timer = bench.timer(1);
  bench.wheel.arm(timer, 20);
  bench.wheel.close();
  t.equal(timer.armed, false);
  bench.wheel.arm(timer, 20);
  t.equal(timer.armed, false);
  bench.run(1000);
  t.same(bench.fired, []);
  t.end();
});
