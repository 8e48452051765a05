import t from 'tap';
import { Contexts, commonOf, hostsOf, listPolicySuite, setOf, spread } from '../../../test/support/lb-suite.ts';
import type { Host } from '../host.ts';
import { LeastRequest } from './least-request.ts';
import { ListPolicy } from './priority-picker.ts';

const policy = new ListPolicy('least_request', new LeastRequest(2, 1));
listPolicySuite(t, policy);

t.test('of two drawn hosts the one with fewer requests wins', (t) => {
  const hosts = hostsOf([1, 1]);
  (hosts[0] as Host).activeRequests = 5;
  const counts = spread(policy.build([setOf(hosts)], commonOf(), null), 2000);
  // Both draws fall on the busy host in a quarter of the picks.
  t.ok(Math.abs((counts.get(hosts[0] as Host) ?? 0) - 500) < 100, String(counts.get(hosts[0] as Host)));
  t.end();
});

t.test('more choices find the idle host more often', (t) => {
  const hosts = hostsOf([1, 1, 1, 1]);
  for (const host of hosts.slice(1)) host.activeRequests = 1;
  const many = new ListPolicy('least_request', new LeastRequest(20, 1)).build([setOf(hosts)], commonOf(), null);
  t.ok((spread(many, 1000).get(hosts[0] as Host) ?? 0) > 950);
  t.end();
});

t.test('idle hosts of different weights are picked by weight', (t) => {
  const hosts = hostsOf([9, 1]);
  const counts = spread(policy.build([setOf(hosts)], commonOf(), null), 1000);
  t.same([counts.get(hosts[0] as Host), counts.get(hosts[1] as Host)], [900, 100]);
  t.end();
});

t.test('requests in flight lower the weight of a host', (t) => {
  const share = (bias: number): number => {
    const hosts = hostsOf([2, 1]);
    (hosts[0] as Host).activeRequests = 3;
    const picker = new ListPolicy('least_request', new LeastRequest(2, bias)).build([setOf(hosts)], commonOf(), null);
    return spread(picker, 3000).get(hosts[0] as Host) ?? 0;
  };
  t.equal(Math.round(share(1) / 100), 10, '2/4 against 1: a third');
  t.equal(share(0), 2000, 'without bias two thirds');
  t.equal(Math.round(share(0.5) / 100), 15, '2/2 against 1: a half');
  t.end();
});

t.test('the only host is picked whatever its load', (t) => {
  const hosts = hostsOf([1]);
  (hosts[0] as Host).activeRequests = 100;
  t.equal(policy.build([setOf(hosts)], commonOf(), null).pick(new Contexts().next()), hosts[0]);
  t.end();
});
