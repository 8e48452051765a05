import t from 'tap';
import { Contexts, commonOf, hostsOf, listPolicySuite, setOf, spread } from '../../../test/support/lb-suite.ts';
import type { Host } from '../host.ts';
import { ListPolicy } from './priority-picker.ts';
import { roundRobin } from './round-robin.ts';

const policy = new ListPolicy('round_robin', roundRobin);
listPolicySuite(t, policy);

t.test('equal hosts take turns', (t) => {
  const hosts = hostsOf([1, 1, 1]);
  const picker = policy.build([setOf(hosts)], commonOf(), null);
  const contexts = new Contexts();
  t.same(
    Array.from({ length: 6 }, () => hosts.indexOf(picker.pick(contexts.next()) as Host)),
    [0, 1, 2, 0, 1, 2],
  );
  t.end();
});

t.test('weights are exact over a round', (t) => {
  const hosts = hostsOf([5, 3, 2]);
  const counts = spread(policy.build([setOf(hosts)], commonOf(), null), 1000);
  t.same(
    hosts.map((host) => counts.get(host)),
    [500, 300, 200],
  );
  t.end();
});

t.test('an update does not restart the round', (t) => {
  const contexts = new Contexts();
  for (const weights of [
    [1, 1, 1, 1],
    [2, 1, 1, 1],
  ]) {
    const hosts = hostsOf(weights);
    let picker = policy.build([setOf(hosts)], commonOf(), null);
    const counts = new Map<Host, number>();
    for (let i = 0; i < 1000; i++) {
      const host = picker.pick(contexts.next()) as Host;
      counts.set(host, (counts.get(host) ?? 0) + 1);
      picker = policy.build([setOf(hosts)], commonOf(), picker);
    }
    t.equal(counts.size, 4, 'hosts at the end of the list are not starved by updates after every pick');
  }
  t.end();
});
