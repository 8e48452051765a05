import t from 'tap';
import { FakeDispatcher } from '../../test/support/dispatcher.ts';
import { FakeContext } from '../../test/support/factory-context.ts';
import { logEntry } from '../../test/support/log-entry.ts';
import { FakeCodecs, FakeTransport } from '../../test/support/upstream-doubles.ts';
import { fromJson, type JsonInput } from '../api/index.ts';
import { type IpAddress, ipAddress } from '../base/address.ts';
import { resolveName } from '../http/header-name.ts';
import { Headers } from '../http/headers.ts';
import { type MetadataValue, StreamInfo } from '../telemetry/stream-info.ts';
import { compileCluster } from './cluster-compiler.ts';
import { defineUpstreamTransportSocket } from './factory-context.ts';
import type { Host } from './host.ts';
import { HOST_STATS } from './host-stats.ts';
import type { ClusterInstance } from './instances.ts';
import type { PickContext } from './lb/picker.ts';
import { parseAddress } from './original-dst.ts';

const rawBuffer = defineUpstreamTransportSocket({
  name: 'envoy.transport_sockets.raw_buffer',
  message: 'envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer',
  posture: 'data_plane_agnostic',
  compile: () => new FakeTransport(),
});

interface Asked {
  readonly destination?: IpAddress | null;
  readonly header?: readonly [string, string];
  readonly metadata?: { readonly [namespace: string]: { [key: string]: MetadataValue } };
}

class Rig {
  readonly dispatcher = new FakeDispatcher();
  readonly context = new FakeContext({ dispatcher: this.dispatcher, extensions: [rawBuffer] });
  readonly instance: ClusterInstance | null;

  constructor(more: { [key: string]: JsonInput } = {}) {
    const json = { name: 'c', type: 'ORIGINAL_DST', lb_policy: 'CLUSTER_PROVIDED', ...more };
    this.instance = compileCluster(fromJson('envoy.config.cluster.v3.Cluster', json), this.context, new FakeCodecs());
  }

  pick({ destination = null, header, metadata }: Asked = {}): Host | null {
    const headers = new Headers();
    if (header !== undefined) headers.add(resolveName(header[0]), header[1]);
    const info = new StreamInfo({ ...logEntry().info.downstream, originalDestination: destination }, 0, 0);
    if (metadata !== undefined) info.metadata = new Map(Object.entries(metadata));
    const context: PickContext = { hash: -1, random: 0, tried: null, override: '', subset: null, headers, info };
    return (this.instance as ClusterInstance).cluster.picker.pick(context);
  }

  count(name: string): number {
    return this.context.stats.value(`cluster.c.${name}`);
  }

  advance(ms: number): void {
    this.dispatcher.advance(ms);
  }

  get hosts(): string[] {
    return (this.instance as ClusterInstance).status().hosts.map(({ address }) => address);
  }
}

const HTTPS = ipAddress('10.0.0.1', 443);

t.test('the host is where the client wanted to go, and is made once', (t) => {
  const rig = new Rig();
  const host = rig.pick({ destination: HTTPS });
  t.match(host, { key: '10.0.0.1:443', hostname: 'c10.0.0.1:443', healthy: true });
  t.equal(rig.pick({ destination: ipAddress('10.0.0.1', 443) }), host);
  t.equal(rig.pick({ destination: ipAddress('fd00::1', 80) })?.key, '[fd00::1]:80');
  t.not(rig.pick({ destination: ipAddress('10.0.0.1', 80) }), host);
  t.same(rig.hosts, ['10.0.0.1:443', '[fd00::1]:80', '10.0.0.1:80']);
  t.equal(rig.count('membership_total'), 3);
  t.equal(rig.count('membership_healthy'), 3);
  t.equal(rig.count('membership_change'), 3);
  t.end();
});

t.test('without a destination there is no host', (t) => {
  const rig = new Rig();
  t.equal(rig.pick(), null);
  t.equal(rig.pick({ header: ['x-envoy-original-dst-host', '10.0.0.9:80'] }), null, 'the header counts only where it is told to');
  t.same(rig.hosts, []);
  t.end();
});

t.test('a header may name the host', (t) => {
  const rig = new Rig({ original_dst_lb_config: { use_http_header: true } });
  const header = (text: string) => ({ destination: HTTPS, header: ['x-envoy-original-dst-host', text] as const });
  t.equal(rig.pick(header('10.0.0.9:80'))?.key, '10.0.0.9:80');
  t.equal(rig.pick(header('[fd00::9]:80'))?.key, '[fd00::9]:80');
  t.equal(rig.pick({ destination: HTTPS })?.key, '10.0.0.1:443');
  t.equal(rig.count('original_dst_host_invalid'), 0);
  for (const bad of ['host:80', '10.0.0.9', '10.0.0.9:65536', ':80', '', 'fd00::1:80', '[10.0.0.9]:80', '10.0.0.9:8o']) {
    t.equal(rig.pick(header(bad))?.key, '10.0.0.1:443', `${bad} is passed over`);
  }
  t.equal(rig.count('original_dst_host_invalid'), 8);
  const named = new Rig({ original_dst_lb_config: { use_http_header: true, http_header_name: 'X-Where' } });
  t.equal(named.pick({ header: ['x-where', '10.0.0.9:80'] })?.key, '10.0.0.9:80');
  t.end();
});

t.test('metadata goes before the header, and the port may be fixed', (t) => {
  const rig = new Rig({
    original_dst_lb_config: {
      use_http_header: true,
      upstream_port_override: 15008,
      metadata_key: { key: 'ns', path: [{ key: 'a' }, { key: 'b' }] },
    },
  });
  const header = ['x-envoy-original-dst-host', '10.0.0.9:80'] as const;
  t.equal(rig.pick({ header, metadata: { ns: { a: { b: '10.0.0.8:80' } } } })?.key, '10.0.0.8:15008');
  t.equal(rig.pick({ header, metadata: { ns: { a: { b: ['10.0.0.7:80', '10.0.0.6:80'] } } } })?.key, '10.0.0.7:15008');
  for (const metadata of [{}, { ns: {} }, { ns: { a: 'x' } }, { ns: { a: { b: 5 } } }, { ns: { a: ['b'] } }]) {
    t.equal(rig.pick({ header, metadata })?.key, '10.0.0.9:15008');
  }
  t.equal(rig.count('original_dst_host_invalid'), 0);
  t.equal(rig.pick({ header, metadata: { ns: { a: { b: 'nowhere' } } } })?.key, '10.0.0.9:15008');
  t.equal(rig.count('original_dst_host_invalid'), 1);
  t.end();
});

t.test('hosts that nobody used for a whole interval are forgotten', (t) => {
  const rig = new Rig({ cleanup_interval: '10s' });
  rig.pick({ destination: HTTPS });
  rig.advance(6000);
  const busy = rig.pick({ destination: ipAddress('10.0.0.2', 80) }) as Host;
  busy.stats.inc(HOST_STATS.slot.cx_active);
  rig.advance(5000);
  t.same(rig.hosts, ['10.0.0.1:443', '10.0.0.2:80'], 'both were picked since the look before');
  rig.pick({ destination: HTTPS });
  rig.advance(10_000);
  t.same(rig.hosts, ['10.0.0.1:443', '10.0.0.2:80']);
  rig.advance(10_000);
  t.same(rig.hosts, ['10.0.0.2:80'], 'it has a connection');
  t.equal(rig.count('membership_total'), 1);
  busy.stats.dec(HOST_STATS.slot.cx_active);
  rig.advance(10_000);
  t.same(rig.hosts, []);
  t.equal(rig.dispatcher.timers.armedCount, 0, 'nothing is looked for where there is nothing');
  t.not(rig.pick({ destination: HTTPS }), null);
  t.equal(rig.dispatcher.timers.armedCount, 1);
  rig.instance?.close();
  t.equal(rig.dispatcher.timers.armedCount, 0);
  t.end();
});

t.test('the interval is five seconds, and may be longer than anybody lives', (t) => {
  const rig = new Rig();
  rig.pick({ destination: HTTPS });
  rig.advance(5100);
  rig.advance(5100);
  t.same(rig.hosts, []);
  const forever = new Rig({ cleanup_interval: '9223372035s' });
  forever.pick({ destination: HTTPS });
  forever.advance(1_000_000);
  t.same(forever.hosts, ['10.0.0.1:443']);
  t.end();
});

t.test('what makes no sense is refused with the place', (t) => {
  const complaints = (more: { [key: string]: JsonInput }): string[] => {
    const rig = new Rig(more);
    t.equal(rig.instance, null);
    return rig.context.complaints;
  };
  t.match(complaints({ lb_policy: 'ROUND_ROBIN' }), [/^lb_policy: LB policy ROUND_ROBIN is not valid for Cluster type ORIGINAL_DST/]);
  t.same(complaints({ load_assignment: { cluster_name: 'c' } }), [
    'load_assignment: ORIGINAL_DST clusters must have no load assignment configured',
  ]);
  t.match(complaints({ original_dst_lb_config: { http_header_name: 'x' } }), [
    /^original_dst_lb_config.http_header_name: invalid config http_header_name=x/,
  ]);
  t.match(complaints({ type: 'STATIC' }), [/^lb_policy: CLUSTER_PROVIDED is not supported/]);
  t.end();
});

t.test('addresses are read strictly', (t) => {
  t.same(parseAddress('10.0.0.1:0'), ipAddress('10.0.0.1', 0));
  t.same(parseAddress('[FD00:0:0::1]:80'), ipAddress('fd00::1', 80), 'one spelling for each address');
  for (const text of ['10.0.0.1', '10.0.0.1:', '10.0.0.1:-1', '10.0.0.1: 80', '[::1]', '[::1]80', '::1:80', '[::1:80', 'a:1'])
    t.equal(parseAddress(text), null, text);
  t.end();
});
