import t from 'tap';
import { Contexts, commonOf, hostsOf, setOf } from '../../../test/support/lb-suite.ts';
import { HEALTH, type Host } from '../host.ts';
import type { LbCommon } from './picker.ts';
import { ListPolicy } from './priority-picker.ts';
import { roundRobin } from './round-robin.ts';

const policy = new ListPolicy('round_robin', roundRobin);

/** Localities of so many hosts, with these weights. */
function localities(...given: readonly (readonly [hosts: number, weight: number])[]): Host[] {
  const places = given.flatMap(([n, weight], i) => new Array<readonly [number, number]>(n).fill([i, weight]));
  const hosts = hostsOf(places.map(() => 1));
  hosts.forEach((host, at) => {
    const [i, weight] = places[at] as readonly [number, number];
    host.locality = { region: 'r', zone: `z${i}`, subZone: '' };
    host.localityWeight = weight;
  });
  return hosts;
}

/** Picks for each zone, of so many. */
function zones(hosts: readonly Host[], picks: number, common: Partial<LbCommon> = {}): Record<string, number> {
  const picker = policy.build([setOf(hosts)], commonOf({ localityWeighted: true, ...common }), null);
  const contexts = new Contexts();
  const counts: Record<string, number> = {};
  for (let i = 0; i < picks; i++) {
    const zone = picker.pick(contexts.next())?.locality.zone ?? '-';
    counts[zone] = (counts[zone] ?? 0) + 1;
  }
  return counts;
}

t.test('localities get traffic by their weights, however many hosts they have', (t) => {
  t.same(zones(localities([1, 3], [4, 1]), 400), { z0: 300, z1: 100 });
  t.same(zones(localities([1, 3], [4, 1]), 400, { localityWeighted: false }), { z0: 80, z1: 320 });
  t.end();
});

t.test('one without a weight gets none, and none of them a weight means one list', (t) => {
  t.same(zones(localities([1, 3], [4, 0]), 100), { z0: 100 });
  t.same(zones(localities([1, 0], [4, 0]), 100), { z0: 20, z1: 80 });
  t.end();
});

t.test('hosts of one locality take turns', (t) => {
  const hosts = localities([2, 1], [2, 1]);
  const picker = policy.build([setOf(hosts)], commonOf({ localityWeighted: true }), null);
  const contexts = new Contexts();
  const counts = hosts.map(() => 0);
  for (let i = 0; i < 80; i++) {
    const at = hosts.indexOf(picker.pick(contexts.next()) as Host);
    counts[at] = (counts[at] as number) + 1;
  }
  t.same(counts, [20, 20, 20, 20]);
  t.end();
});

t.test('a locality loses weight when it lacks more hosts than overprovisioning makes good', (t) => {
  const hosts = localities([4, 1], [4, 1]);
  (hosts[0] as Host).health = HEALTH.failedEdsHealth;
  t.same(zones(hosts, 200), { z0: 100, z1: 100 }, '3 of 4, times 1.4');
  (hosts[1] as Host).health = HEALTH.failedEdsHealth;
  t.same(zones(hosts, 170), { z0: 70, z1: 100 }, '2 of 4, times 1.4');
  t.end();
});

t.test('in panic localities do not count', (t) => {
  const hosts = localities([1, 9], [3, 1]);
  for (const host of hosts.slice(1)) host.health = HEALTH.failedEdsHealth;
  t.same(zones(hosts, 100), { z0: 25, z1: 75 });
  t.end();
});
