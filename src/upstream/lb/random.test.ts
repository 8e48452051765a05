import t from 'tap';
import { commonOf, hostsOf, listPolicySuite, setOf, spread } from '../../../test/support/lb-suite.ts';
import { ListPolicy } from './priority-picker.ts';
import { random } from './random.ts';

const policy = new ListPolicy('random', random);
listPolicySuite(t, policy);

t.test('weights do not matter', (t) => {
  const hosts = hostsOf([100, 1]);
  const counts = spread(policy.build([setOf(hosts)], commonOf(), null), 2000);
  for (const host of hosts) t.ok(Math.abs((counts.get(host) ?? 0) - 1000) < 120);
  t.end();
});

t.test('the host does not depend on what the same number decided before', (t) => {
  const hosts = hostsOf([1, 1]);
  const picker = policy.build([setOf(hosts)], commonOf(), null);
  const context = { hash: -1, random: 0, tried: null, override: '', subset: null, headers: null, info: null };
  let first = 0;
  for (let i = 0; i < 1000; i++) {
    // As for a cluster that gets the lowest tenth of the numbers.
    context.random = Math.floor((i / 1000) * 0.1 * 0x1_0000_0000);
    if (picker.pick(context) === hosts[0]) first++;
  }
  t.ok(Math.abs(first - 500) < 80, String(first));
  t.end();
});
