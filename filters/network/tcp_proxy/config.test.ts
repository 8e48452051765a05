import t from 'tap';
import { fromJson } from '../../../src/api/index.ts';
import type { ListenerContext } from '../../../src/upstream/factory-context.ts';
import { FakeContext } from '../../../test/support/factory-context.ts';
import { compileTcpProxy } from './config.ts';
import type { TcpProxySettings } from './settings.ts';

const NAME = 'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy';

function compile(json: object): { settings: TcpProxySettings | null; context: FakeContext } {
  const context = new FakeContext();
  const clusters = { handle: (name: string) => ({ name, current: null }), known: () => false };
  const inside = Object.assign(Object.create(context) as FakeContext, { clusters });
  const message = fromJson(NAME, { stat_prefix: 'in', ...json });
  return { settings: compileTcpProxy(message, inside as unknown as ListenerContext), context };
}

t.test('an hour without bytes ends a connection, one attempt is made, and nothing else limits it', (t) => {
  const { settings } = compile({ cluster: 'a' });
  t.match(settings, { idleTimeoutMs: 3_600_000, maxConnectAttempts: 1, accessLogs: [] });
  t.equal(settings?.duration(), 0);
  t.equal(settings?.pickCluster().name, 'a');
  t.end();
});

t.test('an idle timeout of 0 means none', (t) => {
  t.equal(compile({ cluster: 'a', idle_timeout: '0s' }).settings?.idleTimeoutMs, 0);
  t.end();
});

t.test('jitter makes the longest duration longer by a share of itself', (t) => {
  const { settings } = compile({
    cluster: 'a',
    max_downstream_connection_duration: '10s',
    max_downstream_connection_duration_jitter_percentage: { value: 50 },
  });
  const durations = Array.from({ length: 100 }, () => settings?.duration() ?? 0);
  t.ok(Math.min(...durations) >= 10_000);
  t.ok(Math.max(...durations) < 15_000);
  t.not(durations[0], durations[1]);
  t.end();
});

t.test('weighted clusters share the connections by weight', (t) => {
  const { settings } = compile({
    weighted_clusters: {
      clusters: [
        { name: 'a', weight: 1 },
        { name: 'b', weight: 3 },
      ],
    },
  });
  let a = 0;
  for (let i = 0; i < 4000; i++) if (settings?.pickCluster().name === 'a') a++;
  t.ok(a > 850 && a < 1150, `${a} of 4000`);
  t.end();
});

t.test('without a cluster there is nothing to compile', (t) => {
  const { settings, context } = compile({});
  t.equal(settings, null);
  t.match(context.complaints, [/cluster, weighted_clusters is required/]);
  t.end();
});

t.test('what a connection waits for, and when it is logged', (t) => {
  t.match(compile({ cluster: 'a' }).settings, { backoff: null, afterData: false, maxEarlyBytes: -1, hashSource: false, life: null });
  t.match(compile({ cluster: 'a', upstream_connect_mode: 'ON_DOWNSTREAM_DATA', max_early_data_bytes: 0 }).settings, {
    afterData: true,
    maxEarlyBytes: 0,
  });
  t.match(compile({ cluster: 'a', backoff_options: { base_interval: '1s' } }).settings, { backoff: { baseMs: 1000, maxMs: 10_000 } });
  t.match(compile({ cluster: 'a', hash_policy: [{ source_ip: {} }] }).settings, { hashSource: true });
  t.not(compile({ cluster: 'a', check_drain_close: true }).settings?.life, null);
  const options = { flush_access_log_on_start: true, access_log_flush_interval: '2s' };
  t.match(compile({ cluster: 'a', access_log_options: options }).settings, { logStart: false, logEveryMs: 0 }, 'nobody writes');
  const { context } = compile({ cluster: 'a', backoff_options: { base_interval: '2s', max_interval: '1s' } });
  t.match(context.complaints, [/max_interval must not be less/]);
  t.end();
});

t.test('what is not honoured is refused by name', (t) => {
  const refused = {
    on_demand: { timeout: '1s' },
    tunneling_config: { hostname: 'a:1' },
    hash_policy: [{ filter_state: { key: 'a' } }],
    metadata_match: { filter_metadata: {} },
    upstream_connect_mode: 'ON_DOWNSTREAM_DATA',
    upstream_idle_timeout: '1s',
    proxy_protocol_tlvs: [{ type: 1, value: 'AA==' }],
  };
  for (const [name, value] of Object.entries(refused)) {
    const { settings, context } = compile({ cluster: 'a', [name]: value });
    t.equal(settings, null, name);
    t.match(context.complaints, [new RegExp(name)], name);
  }
  const { context } = compile({ weighted_clusters: { clusters: [{ name: 'a', weight: 1, metadata_match: { filter_metadata: {} } }] } });
  t.match(context.complaints, [/^weighted_clusters\.clusters\[0\].*metadata_match/]);
  t.end();
});
