/** What every extension of `load_balancing_policies` must do with its message. */
import type { Test } from 'tap';
import { fromJson, type JsonInput } from '../../src/api/index.ts';
import type { LbPolicyDefinition } from '../../src/upstream/factory-context.ts';
import type { Host } from '../../src/upstream/host.ts';
import type { LbPolicy } from '../../src/upstream/lb/picker.ts';
import { FakeContext } from './factory-context.ts';
import { Contexts, commonOf, hostsOf, setOf } from './lb-suite.ts';

type Json = { readonly [key: string]: JsonInput };

export function compilePolicy(definition: LbPolicyDefinition, json: Json): { policy: LbPolicy | null; complaints: readonly string[] } {
  const context = new FakeContext();
  const policy = definition.compile(fromJson(definition.message, json) as never, context);
  return { policy, complaints: context.complaints };
}

/** How often each of these hosts is picked. */
export function picked(policy: LbPolicy | null, hosts: readonly Host[], picks: number): number[] {
  const picker = policy?.build([setOf(hosts)], commonOf(), null);
  const contexts = new Contexts();
  const counts = hosts.map(() => 0);
  for (let i = 0; i < picks; i++) {
    const host = picker?.pick(contexts.next());
    if (host == null) throw new Error('no host');
    const at = hosts.indexOf(host);
    counts[at] = (counts[at] as number) + 1;
  }
  return counts;
}

export function policySuite(t: Test, definition: LbPolicyDefinition, name: string): void {
  t.test('without settings it chooses from all hosts', (t) => {
    const { policy, complaints } = compilePolicy(definition, {});
    t.same(complaints, []);
    t.equal(policy?.name, name);
    t.ok(picked(policy, hostsOf([1, 1]), 100).every((count) => count > 20));
    t.end();
  });

  t.test('localities are chosen by their weights where the message says so', (t) => {
    const hosts = hostsOf([1, 1]);
    hosts.forEach((host, i) => {
      host.locality = { region: `r${i}`, zone: '', subZone: '' };
      host.localityWeight = i === 0 ? 9 : 1;
    });
    const { policy } = compilePolicy(definition, { locality_lb_config: { locality_weighted_lb_config: {} } });
    t.same(picked(policy, hosts, 100), [90, 10]);
    const { policy: plain } = compilePolicy(definition, { locality_lb_config: { zone_aware_lb_config: { min_cluster_size: 1 } } });
    t.ok(picked(plain, hosts, 100).every((count) => count > 20));
    t.end();
  });

  t.test('what is not honoured is refused by name', (t) => {
    const { complaints } = compilePolicy(definition, { locality_lb_config: { zone_aware_lb_config: { fail_traffic_on_panic: true } } });
    t.same(complaints, ['locality_lb_config.zone_aware_lb_config.fail_traffic_on_panic: fail_traffic_on_panic is not supported']);
    t.end();
  });
}
