/** What every balancing policy over a list of hosts must do; each policy's tests run it. */
import type { Test } from 'tap';
import { ipAddress } from '../../src/base/address.ts';
import { createWorkerStats } from '../../src/telemetry/worker-stats.ts';
import { CLUSTER_STATS } from '../../src/upstream/cluster-stats.ts';
import { DEGRADED, EXCLUDED, HEALTH, Host } from '../../src/upstream/host.ts';
import type { HostSet, LbCommon, LbPolicy, PickContext, Picker } from '../../src/upstream/lb/picker.ts';
import { nextRandom } from '../../src/upstream/lb/random-bits.ts';
import { FakeTransport } from './upstream-doubles.ts';

const transport = new FakeTransport();

/** Hosts of these weights at 10.0.0.1, 10.0.0.2 … */
export function hostsOf(weights: readonly number[], priority = 0): Host[] {
  return weights.map(
    (weight, i) =>
      new Host(
        ipAddress(`10.${priority}.0.${i + 1}`, 80),
        '',
        { region: '', zone: '', subZone: '' },
        priority,
        weight,
        new Map(),
        transport,
      ),
  );
}

export function setOf(hosts: readonly Host[], priority = 0): HostSet {
  return {
    priority,
    hosts,
    healthy: hosts.filter((host) => host.health === 0),
    degraded: hosts.filter((host) => host.healthy && (host.health & DEGRADED) !== 0),
    excluded: hosts.filter((host) => (host.health & EXCLUDED) !== 0).length,
  };
}

export function commonOf(options: Partial<LbCommon> = {}): LbCommon {
  return {
    panicThreshold: 50,
    overprovisioning: 140,
    weightedHealth: false,
    localityWeighted: false,
    stats: createWorkerStats().group('cluster.lb.', CLUSTER_STATS),
    ...options,
  };
}

export function panics(common: LbCommon): number {
  return common.stats.value(CLUSTER_STATS.slot.lb_healthy_panic);
}

/** Contexts with a random number of their own, the same in every run. */
export class Contexts {
  readonly context: PickContext = { hash: -1, random: 1, tried: null, override: '', subset: null, headers: null, info: null };

  next(): PickContext {
    this.context.random = nextRandom(this.context.random);
    return this.context;
  }
}

/** How often each host is picked. */
export function spread(picker: Picker, picks: number, contexts = new Contexts()): Map<Host | null, number> {
  const counts = new Map<Host | null, number>();
  for (let i = 0; i < picks; i++) {
    const host = picker.pick(contexts.next());
    counts.set(host, (counts.get(host) ?? 0) + 1);
  }
  return counts;
}

export function listPolicySuite(t: Test, policy: LbPolicy): void {
  t.test('every one of equal hosts gets about its share', (t) => {
    const hosts = hostsOf([1, 1, 1, 1]);
    const counts = spread(policy.build([setOf(hosts)], commonOf(), null), 4000);
    for (const host of hosts) t.ok(Math.abs((counts.get(host) ?? 0) - 1000) < 150, `${host.key}: ${counts.get(host)}`);
    t.equal(counts.has(null), false);
    t.end();
  });

  t.test('no host at all is no pick, and counts as panic', (t) => {
    const common = commonOf();
    t.equal(policy.build([setOf([])], common, null).pick(new Contexts().next()), null);
    t.equal(panics(common), 1);
    t.end();
  });

  t.test('unhealthy hosts are left out while enough are healthy', (t) => {
    const hosts = hostsOf([1, 1, 1]);
    (hosts[1] as Host).health = HEALTH.failedEdsHealth;
    const common = commonOf();
    const counts = spread(policy.build([setOf(hosts)], common, null), 300);
    t.equal(counts.get(hosts[1] as Host), undefined);
    t.equal(panics(common), 0);
    t.end();
  });

  t.test('below the panic threshold all hosts are used, and each pick is counted', (t) => {
    const hosts = hostsOf([1, 1, 1]);
    for (const host of hosts.slice(1)) host.health = HEALTH.failedEdsHealth;
    const common = commonOf();
    const counts = spread(policy.build([setOf(hosts)], common, null), 300);
    t.equal(counts.size, 3);
    t.equal(panics(common), 300);
    const off = spread(policy.build([setOf(hosts)], commonOf({ panicThreshold: 0 }), null), 30);
    t.same([...off], [[hosts[0], 30]]);
    t.end();
  });

  t.test('without panic a cluster of unhealthy hosts has none', (t) => {
    const hosts = hostsOf([1]);
    (hosts[0] as Host).health = HEALTH.edsStatusDraining;
    t.equal(policy.build([setOf(hosts)], commonOf({ panicThreshold: 0 }), null).pick(new Contexts().next()), null);
    t.end();
  });

  t.test('hosts that failed this request before are avoided where there are others', (t) => {
    const hosts = hostsOf([1, 1, 1, 1, 1, 1, 1, 1]);
    const picker = policy.build([setOf(hosts)], commonOf(), null);
    const contexts = new Contexts();
    contexts.context.tried = { repicks: 3, rejects: (host) => host === hosts[0] };
    t.ok((spread(picker, 1000, contexts).get(hosts[0] as Host) ?? 0) < 20);
    contexts.context.tried = { repicks: 3, rejects: () => true };
    t.ok(picker.pick(contexts.next()), 'a tried host is better than none');
    t.end();
  });

  t.test('an exact host that is healthy wins; one that is not does not', (t) => {
    const hosts = hostsOf([1, 1, 1]);
    (hosts[2] as Host).health = HEALTH.failedEdsHealth;
    const picker = policy.build([setOf(hosts)], commonOf(), null);
    const contexts = new Contexts();
    contexts.context.override = '10.0.0.2:80';
    t.same([...spread(picker, 20, contexts)], [[hosts[1], 20]]);
    contexts.context.override = '10.0.0.3:80';
    t.equal(spread(picker, 20, contexts).get(hosts[2] as Host), undefined);
    contexts.context.override = '10.9.9.9:80';
    t.ok(picker.pick(contexts.next()));
    t.end();
  });

  t.test('priorities share as their health says', (t) => {
    const first = hostsOf([1, 1, 1, 1]);
    const second = hostsOf([1, 1], 1);
    const picked = (): number => {
      const counts = spread(policy.build([setOf(first), setOf(second, 1)], commonOf(), null), 2000);
      return second.reduce((sum, host) => sum + (counts.get(host) ?? 0), 0);
    };
    t.equal(picked(), 0, 'a healthy first priority takes all');
    (first[0] as Host).health = HEALTH.failedEdsHealth;
    t.equal(picked(), 0, '75 % healthy is 105 % with overprovisioning');
    (first[1] as Host).health = HEALTH.failedEdsHealth;
    t.ok(Math.abs(picked() - 600) < 100, '50 % healthy is 70 %');
    t.end();
  });
}
