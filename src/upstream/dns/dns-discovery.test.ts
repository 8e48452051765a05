import t from 'tap';
import { FakeDispatcher } from '../../../test/support/dispatcher.ts';
import { FakeContext } from '../../../test/support/factory-context.ts';
import { FakeResolvers } from '../../../test/support/fake-resolver.ts';
import { FakeCodecs, FakeTransport } from '../../../test/support/upstream-doubles.ts';
import { fromJson, type JsonInput } from '../../api/index.ts';
import { Problems } from '../../base/errors.ts';
import type { ClientConnection, RequestEncoder } from '../../http/codec.ts';
import { Headers } from '../../http/headers.ts';
import { compileCluster } from '../cluster-compiler.ts';
import { defineUpstreamTransportSocket, type InitManager } from '../factory-context.ts';
import type { Host } from '../host.ts';
import type { ClusterInstance } from '../instances.ts';

class Waits implements InitManager {
  readonly pending = new Set<string>();

  wait(name: string) {
    this.pending.add(name);
    return { done: () => void this.pending.delete(name) };
  }
}

interface JsonFields {
  [key: string]: JsonInput;
}

function endpoint(address: string, port = 80, more: JsonFields = {}): JsonInput {
  return { endpoint: { address: { socket_address: { address, port_value: port } }, ...more } };
}

function assignment(...lbEndpoints: JsonInput[]): JsonInput {
  return { cluster_name: 'c', endpoints: [{ lb_endpoints: lbEndpoints }] };
}

class Rig {
  readonly dispatcher = new FakeDispatcher();
  readonly transport = new FakeTransport();
  readonly waits = new Waits();
  readonly context: FakeContext;
  readonly dns = new FakeResolvers();
  readonly instance: ClusterInstance;

  constructor(more: JsonFields = {}) {
    const rawBuffer = defineUpstreamTransportSocket({
      name: 'envoy.transport_sockets.raw_buffer',
      message: 'envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer',
      posture: 'data_plane_agnostic',
      compile: () => this.transport,
    });
    this.context = Object.assign(new FakeContext({ dispatcher: this.dispatcher, extensions: [rawBuffer] }), { init: this.waits });
    const type = 'cluster_type' in more ? {} : { type: 'STRICT_DNS' };
    const json = { name: 'c', ...type, load_assignment: assignment(endpoint('app.test')), ...more };
    const message = fromJson('envoy.config.cluster.v3.Cluster', json);
    const instance = compileCluster(message, this.context, new FakeCodecs(), this.dns.all);
    if (instance === null) throw new Error(this.context.complaints.join('\n'));
    this.instance = instance;
  }

  get resolver() {
    return this.dns.resolver;
  }

  get hosts(): readonly Host[] {
    return this.instance.cluster.hostSets.flatMap((set) => set.hosts);
  }

  get addresses(): string[] {
    return this.hosts.map(({ key }) => key);
  }

  /** Of the counters of updates: those that are not zero. */
  get updates(): { [name: string]: number } {
    const found: { [name: string]: number } = {};
    for (const name of ['attempt', 'success', 'failure', 'empty', 'no_rebuild']) {
      const value = this.count(`update_${name}`);
      if (value > 0) found[name] = value;
    }
    return found;
  }

  count(name: string): number {
    return this.context.stats.value(`cluster.c.${name}`);
  }

  /** Milliseconds until the next question is asked. */
  untilNext(): number {
    const { asked } = this.resolver;
    const before = asked.length;
    for (let ms = 0; ms < 1_000_000; ms += 10) {
      if (asked.length > before) return ms;
      this.dispatcher.advance(10);
    }
    return Number.POSITIVE_INFINITY;
  }

  /** A request on its way to the host. */
  request(host: Host) {
    const { cluster } = this.instance;
    const connectionsBefore = this.transport.connections.length;
    cluster.pool(host, cluster.selectors[0]).newStream(
      { decodeInformational() {}, decodeHeaders() {}, decodeData() {}, decodeTrailers() {} },
      {
        onPoolReady(encoder: RequestEncoder, _client: ClientConnection) {
          encoder.encodeHeaders(new Headers(), true);
        },
        onPoolFailure() {},
      },
    );
    const connection = this.transport.connections[connectionsBefore];
    connection?.connected();
    return connection;
  }
}

const LOGICAL = { type: 'LOGICAL_DNS' };

t.test('every address of every name is a host, called after the name', (t) => {
  const rig = new Rig({ load_assignment: assignment(endpoint('app.test', 80), endpoint('db.test', 81, { hostname: 'database' })) });
  rig.instance.start();
  rig.resolver.last('app.test').answer(['10.0.0.1', '10.0.0.2', '10.0.0.1']);
  rig.resolver.last('db.test').answer(['fd00::1']);
  t.same(rig.addresses, ['10.0.0.1:80', '10.0.0.2:80', '[fd00::1]:81']);
  t.same(
    rig.instance.status().hosts.map(({ hostname }) => hostname),
    ['app.test', 'app.test', 'database'],
  );
  t.same(rig.updates, { attempt: 2, success: 2 });
  t.equal(rig.count('membership_change'), 2);
  t.equal(rig.count('membership_total'), 3);
  t.equal(rig.count('membership_healthy'), 3);
  t.end();
});

t.test('weight, priority, locality and metadata of an endpoint are those of all its hosts', (t) => {
  const locality = { region: 'r', zone: 'z' };
  const lb = {
    ...(endpoint('app.test') as JsonFields),
    load_balancing_weight: 3,
    metadata: { filter_metadata: { 'envoy.lb': { v: '1' } } },
  };
  const backup = { priority: 1, locality, lb_endpoints: [lb] };
  const rig = new Rig({ load_assignment: { cluster_name: 'c', endpoints: [{ lb_endpoints: [endpoint('first.test')] }, backup] } });
  rig.instance.start();
  rig.resolver.last('app.test').answer(['10.0.0.1', '10.0.0.2']);
  t.equal(rig.instance.cluster.hostSets.length, 2);
  for (const host of rig.hosts) {
    t.match(host, { weight: 3, priority: 1, locality });
    t.same(host.metadata.get('envoy.lb'), { v: '1' });
  }
  t.end();
});

t.test('a cluster is warm after the first answer, whatever it says', (t) => {
  const load = { load_assignment: assignment(endpoint('app.test'), endpoint('db.test')) };
  for (const answer of ['some', 'none', 'failure']) {
    const rig = new Rig(load);
    t.same([...rig.waits.pending], ['dns']);
    rig.instance.start();
    t.equal(rig.waits.pending.size, 1);
    if (answer === 'failure') rig.resolver.last('db.test').fail();
    else rig.resolver.last('db.test').answer(answer === 'some' ? ['10.0.0.1'] : []);
    t.equal(rig.waits.pending.size, 0, answer);
  }
  t.equal(new Rig({ load_assignment: { cluster_name: 'c' } }).waits.pending.size, 0, 'nothing to wait for');
  t.equal(new Rig({ wait_for_warm_on_init: false }).waits.pending.size, 0, 'nobody wants to wait');
  t.end();
});

t.test('an answer that is there at once is as good as a late one', (t) => {
  const rig = new Rig();
  rig.resolver.known.set('app.test', ['10.0.0.1']);
  rig.instance.start();
  t.same(rig.addresses, ['10.0.0.1:80']);
  t.equal(rig.waits.pending.size, 0);
  t.equal(rig.untilNext(), 5000);
  rig.instance.close();
  t.equal(rig.resolver.last().cancelled, false);
  t.end();
});

t.test('another answer swaps hosts: those that stay keep their connections, the others drain', (t) => {
  const rig = new Rig();
  rig.instance.start();
  rig.resolver.last().answer(['10.0.0.1', '10.0.0.2']);
  const [first, second] = rig.hosts as [Host, Host];
  const { picker } = rig.instance.cluster;
  rig.request(first);
  rig.request(second);
  t.equal(first.pools.length, 1);
  rig.dispatcher.advance(5000);
  rig.resolver.last().answer(['10.0.0.3', '10.0.0.2']);
  t.same(rig.addresses, ['10.0.0.3:80', '10.0.0.2:80']);
  t.equal(rig.hosts[1], second);
  t.not(rig.instance.cluster.picker, picker);
  t.equal(rig.transport.connections[0]?.open, true, 'the request goes on');
  t.not(rig.instance.cluster.pool(first, rig.instance.cluster.selectors[0]), second.pools[0]);
  t.same(rig.updates, { attempt: 2, success: 2 });
  t.equal(rig.count('membership_change'), 2);
  t.end();
});

t.test('the same addresses in another order change nothing', (t) => {
  const rig = new Rig();
  rig.instance.start();
  rig.resolver.last().answer(['10.0.0.1', '10.0.0.2']);
  const { picker } = rig.instance.cluster;
  rig.dispatcher.advance(5000);
  rig.resolver.last().answer(['10.0.0.2', '10.0.0.1']);
  t.equal(rig.instance.cluster.picker, picker);
  t.same(rig.updates, { attempt: 2, success: 2, no_rebuild: 1 });
  t.equal(rig.count('membership_change'), 1);
  t.end();
});

t.test('without an answer the hosts stay, and a name that is gone takes them along', (t) => {
  const rig = new Rig();
  rig.instance.start();
  rig.resolver.last().answer(['10.0.0.1']);
  rig.dispatcher.advance(5000);
  rig.resolver.last().fail('ESERVFAIL');
  t.same(rig.addresses, ['10.0.0.1:80']);
  t.match(rig.context.logged.join(''), 'no answer for app.test (ESERVFAIL), its last addresses stay');
  t.same(rig.updates, { attempt: 2, success: 1, failure: 1 });
  t.equal(rig.untilNext(), 5000, 'failures have no rate of their own unless it is said');
  rig.resolver.last().answer([]);
  t.same(rig.addresses, []);
  t.equal(rig.count('membership_total'), 0);
  t.same(rig.updates, { attempt: 3, success: 2, failure: 1 });
  t.end();
});

t.test('the log tells once that a name has no addresses, and once that it has some again', (t) => {
  const rig = new Rig();
  const said = () => rig.context.logged.filter((line) => !line.includes('[debug]')).length;
  rig.instance.start();
  rig.resolver.last().answer([]);
  t.equal(said(), 1);
  for (let i = 0; i < 3; i++) {
    rig.dispatcher.advance(5000);
    rig.resolver.last().answer([]);
  }
  t.equal(said(), 1);
  rig.dispatcher.advance(5000);
  rig.resolver.last().answer(['10.0.0.1']);
  rig.dispatcher.advance(5000);
  rig.resolver.last().answer(['10.0.0.2']);
  t.equal(said(), 2);
  t.end();
});

t.test('questions follow answers, not the clock', (t) => {
  const rig = new Rig({ dns_refresh_rate: '2s' });
  rig.instance.start();
  rig.dispatcher.advance(60_000);
  t.equal(rig.resolver.asked.length, 1);
  rig.resolver.last().answer(['10.0.0.1']);
  t.equal(rig.untilNext(), 2000);
  t.end();
});

t.test('the shortest time to live decides when it is to be respected', (t) => {
  const after = (more: JsonFields, ttl: number, ips = ['10.0.0.1']) => {
    const rig = new Rig(more);
    rig.instance.start();
    rig.resolver.last().answer(ips, ttl);
    return rig.untilNext();
  };
  t.equal(after({}, 30), 5000);
  t.equal(after({ respect_dns_ttl: true }, 30), 30_000);
  t.equal(after({ respect_dns_ttl: true, dns_refresh_rate: '7s' }, 0), 7000, 'hosts files say no time');
  t.equal(after({ respect_dns_ttl: true, dns_refresh_rate: '7s' }, 30, []), 7000, 'nor do empty answers');
  const type = 'type.googleapis.com/envoy.extensions.clusters.dns.v3.DnsCluster';
  const typed = { name: 'envoy.cluster.dns', typed_config: { '@type': type, respect_dns_ttl: true, dns_min_refresh_rate: '12s' } };
  const rig = (ttl: number) => {
    const made = new Rig({ cluster_type: typed });
    made.instance.start();
    made.resolver.last().answer(['10.0.0.1'], ttl);
    return made.untilNext();
  };
  t.equal(rig(3), 12_000);
  t.equal(rig(30), 30_000);
  t.end();
});

t.test('jitter is added to what holds, and not to failures', (t) => {
  const seen = new Set<number>();
  for (let i = 0; i < 40; i++) {
    const rig = new Rig({ dns_refresh_rate: '1s', dns_jitter: '1s' });
    rig.instance.start();
    rig.resolver.last().answer(['10.0.0.1']);
    const ms = rig.untilNext();
    t.ok(ms >= 1000 && ms <= 2010, String(ms));
    seen.add(ms);
  }
  t.ok(seen.size > 5);
  const rig = new Rig({ dns_refresh_rate: '1s', dns_jitter: '100s' });
  rig.instance.start();
  rig.resolver.last().fail();
  t.equal(rig.untilNext(), 1000);
  t.end();
});

t.test('failures back off at random below a bound that doubles, and begin anew after an answer', (t) => {
  const most = (n: number, recover: boolean) => {
    let longest = 0;
    for (let run = 0; run < 30; run++) {
      const rig = new Rig({ dns_failure_refresh_rate: { base_interval: '1s', max_interval: '4s' } });
      rig.instance.start();
      for (let i = 0; i < n; i++) {
        rig.resolver.last().fail();
        rig.untilNext();
      }
      if (recover) {
        rig.resolver.last().answer(['10.0.0.1']);
        rig.untilNext();
      }
      rig.resolver.last().fail();
      longest = Math.max(longest, rig.untilNext());
    }
    return longest;
  };
  const within = (ms: number, bound: number) => t.ok(ms <= bound + 10 && ms > bound / 2, `${ms} of ${bound}`);
  within(most(0, false), 1000);
  within(most(1, false), 2000);
  within(most(5, false), 4000);
  within(most(5, true), 1000);
  t.end();
});

t.test('a logical cluster has one host, whose new connections follow the first address', (t) => {
  const rig = new Rig(LOGICAL);
  rig.instance.start();
  rig.resolver.last().answer(['10.0.0.1', '10.0.0.2']);
  t.same(rig.addresses, ['10.0.0.1:80']);
  const [host] = rig.hosts as [Host];
  t.match(host, { hostname: 'app.test', additionalAddresses: [{ ip: '10.0.0.2', port: 80 }] });
  const old = rig.request(host);
  rig.dispatcher.advance(5000);
  rig.resolver.last().answer(['10.0.0.9']);
  t.equal(rig.hosts[0], host);
  t.same(rig.addresses, ['10.0.0.9:80']);
  t.equal(old?.open, true);
  t.equal(host.pools.length, 1, 'its pool goes on');
  t.match(rig.request(host)?.remoteAddress, { ip: '10.0.0.9', port: 80 });
  t.equal(rig.count('membership_total'), 1);
  t.equal(rig.count('membership_change'), 2);
  t.same(rig.updates, { attempt: 2, success: 2 });
  t.end();
});

t.test('the order of addresses means something to a logical cluster', (t) => {
  const rig = new Rig(LOGICAL);
  rig.instance.start();
  rig.resolver.last().answer(['10.0.0.1', '10.0.0.2']);
  rig.dispatcher.advance(5000);
  rig.resolver.last().answer(['10.0.0.1', '10.0.0.2']);
  t.equal(rig.count('update_no_rebuild'), 1);
  rig.dispatcher.advance(5000);
  rig.resolver.last().answer(['10.0.0.2', '10.0.0.1']);
  t.same(rig.addresses, ['10.0.0.2:80']);
  t.equal(rig.count('update_no_rebuild'), 1);
  t.end();
});

t.test('an exact host is found where it is now', (t) => {
  const rig = new Rig(LOGICAL);
  rig.instance.start();
  const pick = { hash: -1, random: 1, tried: null, override: '10.0.0.2:80', subset: null, headers: null, info: null };
  rig.resolver.last().answer(['10.0.0.1']);
  rig.instance.cluster.picker.pick(pick);
  rig.dispatcher.advance(5000);
  rig.resolver.last().answer(['10.0.0.2']);
  t.equal(rig.instance.cluster.picker.pick(pick), rig.hosts[0]);
  t.end();
});

t.test('an empty answer is a failure to a logical cluster, which keeps its host', (t) => {
  const rig = new Rig(LOGICAL);
  rig.instance.start();
  rig.resolver.last().answer(['10.0.0.1']);
  rig.dispatcher.advance(5000);
  rig.resolver.last().answer([]);
  t.same(rig.addresses, ['10.0.0.1:80']);
  t.same(rig.updates, { attempt: 2, success: 1, failure: 1 });
  t.end();
});

t.test('a closed cluster asks nobody and hears nobody', (t) => {
  const rig = new Rig();
  rig.instance.start();
  rig.instance.close();
  t.equal(rig.resolver.last().cancelled, true);
  rig.dispatcher.advance(60_000);
  t.equal(rig.resolver.asked.length, 1);

  const idle = new Rig();
  idle.instance.start();
  idle.resolver.last().answer(['10.0.0.1']);
  idle.instance.close();
  idle.dispatcher.advance(60_000);
  t.equal(idle.resolver.asked.length, 1);
  t.same(idle.context.stats.released.length > 0, true, 'its stats are gone');
  t.end();
});

t.test('endpoints that somebody sends are not for a cluster that finds its own', (t) => {
  const rig = new Rig();
  rig.instance.start();
  rig.resolver.last().answer(['10.0.0.1']);
  const problems = new Problems();
  rig.instance.updateEndpoints(fromJson('envoy.config.endpoint.v3.ClusterLoadAssignment', { cluster_name: 'c' }), problems);
  t.same(rig.addresses, ['10.0.0.1:80']);
  t.equal(problems.failed, false);
  t.end();
});
