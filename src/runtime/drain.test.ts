import t from 'tap';
import { FakeClock } from '../base/clock.ts';
import { Loggers } from '../base/log.ts';
import { untilDrained } from './drain.ts';

const OPTIONS = { inboundOnly: false, keepOutbound: true, graceful: false };

/** Ends with the ms that passed. `streams` and `connections` as functions of the time. */
async function drained(
  streams: (ms: number) => number,
  connections: (ms: number) => number,
  drainMs = 60_000,
): Promise<[number, string[]]> {
  const clock = new FakeClock();
  const log: string[] = [];
  const target = {
    active: async () => ({ streams: streams(clock.now()) }),
    listeners: async () => [
      { name: 'in', addresses: [], direction: 'inbound' as const, activeConnections: connections(clock.now()), state: 'active' as const },
      { name: 'out', addresses: [], direction: 'outbound' as const, activeConnections: 9, state: 'active' as const },
    ],
  };
  const logger = new Loggers('info', { write: (line) => log.push(line.replace(/^.*\[main\] /, '').trim()) }).get('main');
  await untilDrained(target, OPTIONS, drainMs, clock, logger, async (ms) => clock.advance(ms));
  return [clock.now(), log];
}

t.test('a drain of a proxy that does nothing is over at once', async (t) => {
  t.same(
    await drained(
      () => 0,
      () => 0,
    ),
    [0, []],
  );
});

t.test('requests are waited for, and what holds the drain open is said', async (t) => {
  const [ms, log] = await drained(
    (now) => (now < 7000 ? 3 : 0),
    (now) => (now < 7000 ? 2 : 0),
  );
  t.equal(ms, 7000);
  t.same(log, ['draining: 3 requests on in (2 connections), out (9 connections); 55 s left']);
});

t.test('idle connections get a second', async (t) => {
  const [ms] = await drained(
    () => 0,
    () => 1,
  );
  t.equal(ms, 1000);
});

t.test('the deadline ends it, and says what is lost', async (t) => {
  t.same(
    await drained(
      () => 1,
      () => 1,
      500,
    ),
    [500, ['the drain time is over; 1 request will be cut off']],
  );
});
