import t from 'tap';
import { commonOf, hostsOf, setOf } from '../../../test/support/lb-suite.ts';
import { HEALTH } from '../host.ts';
import { priorityLoad } from './priority-load.ts';

/** A priority of `healthy` + `degraded` + `unhealthy` + `draining` hosts. */
function priority(healthy: number, degraded = 0, unhealthy = 0, draining = 0) {
  const hosts = hostsOf(new Array<number>(healthy + degraded + unhealthy + draining).fill(1));
  hosts.forEach((host, i) => {
    if (i < healthy) return;
    if (i < healthy + degraded) host.health = HEALTH.degradedEdsHealth;
    else host.health = i < healthy + degraded + unhealthy ? HEALTH.failedEdsHealth : HEALTH.edsStatusDraining;
  });
  return setOf(hosts);
}

t.test('the tables of the Envoy documentation hold', (t) => {
  // "Priority levels", two priorities: health of the first → traffic of both.
  for (const [healthy, first, second] of [
    [100, 100, 0],
    [72, 100, 0],
    [71, 99, 1],
    [50, 70, 30],
    [25, 35, 65],
    [0, 0, 100],
  ] as const) {
    const load = priorityLoad([priority(healthy, 0, 100 - healthy), priority(100)], commonOf());
    t.same(load.healthy, [first, second], `${healthy} %`);
    t.same(load.panic, [false, false]);
  }
  // Both priorities at 25 %: normalised to the 70 % that is left.
  t.same(priorityLoad([priority(25, 0, 75), priority(25, 0, 75)], commonOf({ panicThreshold: 0 })).healthy, [50, 50]);
  t.end();
});

t.test('degraded hosts take what the healthy ones cannot', (t) => {
  const load = priorityLoad([priority(5, 5)], commonOf());
  t.same(load, { healthy: [70], degraded: [30], panic: [false] });
  t.same(priorityLoad([priority(1, 9)], commonOf()).degraded, [86]);
  t.end();
});

t.test('one priority may panic while another does not', (t) => {
  const load = priorityLoad([priority(1, 0, 9), priority(6, 0, 4)], commonOf());
  t.same(load.panic, [true, false]);
  t.same(load.healthy, [15, 85]);
  t.end();
});

t.test('when all priorities panic, traffic follows the number of hosts', (t) => {
  const load = priorityLoad([priority(1, 0, 2), priority(0, 0, 6)], commonOf());
  t.same(load, { healthy: [34, 66], degraded: [0, 0], panic: [true, true] });
  t.same(priorityLoad([priority(0), priority(0)], commonOf()).healthy, [100, 0]);
  t.end();
});

t.test('draining hosts do not count when the share of healthy ones is taken', (t) => {
  t.same(priorityLoad([priority(2, 0, 0, 8)], commonOf()), { healthy: [100], degraded: [0], panic: [false] });
  t.end();
});

t.test('health may be weighed instead of counted', (t) => {
  const hosts = hostsOf([1, 1, 98]);
  (hosts[2] as { health: number }).health = HEALTH.failedEdsHealth;
  t.same(priorityLoad([setOf(hosts), priority(10)], commonOf({ weightedHealth: true })).healthy, [2, 98]);
  t.same(priorityLoad([setOf(hosts), priority(10)], commonOf()).healthy, [93, 7]);
  t.end();
});
