import t from 'tap';
import { ask, FakeView } from '../../test/support/admin-view.ts';
import { ipAddress } from '../base/address.ts';
import { HEALTH } from '../upstream/host.ts';
import type { ClusterStatus, HostStatus } from '../upstream/instances.ts';
import { startAdmin } from './server.ts';

const LIMITS = { maxConnections: 1024, maxPending: 1024, maxRequests: 1024, maxRetries: 3 };

function host(parts: Partial<HostStatus>): HostStatus {
  return {
    address: '127.0.0.1:1',
    hostname: '',
    priority: 0,
    weight: 1,
    health: 0,
    locality: { region: '', zone: '', subZone: '' },
    counters: { rq_total: 0, cx_total: 0 },
    gauges: { cx_active: 0 },
    ...parts,
  };
}

const APP: ClusterStatus = {
  name: 'app',
  observabilityName: 'app_alt',
  addedViaApi: false,
  thresholds: [
    { priority: 'default', ...LIMITS },
    { priority: 'high', ...LIMITS },
  ],
  hosts: [
    host({ hostname: 'h', weight: 3, locality: { region: 'r', zone: 'z', subZone: '' }, counters: { cx_total: 2, rq_total: 425 } }),
    host({ address: '/tmp/x', health: HEALTH.failedEdsHealth | HEALTH.failedActiveHc }),
    host({ address: '[::1]:1', priority: 1, health: HEALTH.degradedEdsHealth }),
  ],
};

async function scene(t: { teardown(end: () => Promise<void>): void }) {
  const view = new FakeView();
  view.clusterStatuses = [APP, { ...APP, name: 'other', addedViaApi: true, hosts: [] }];
  const server = await startAdmin({ address: ipAddress('127.0.0.1', 0), view, loggers: view.loggers });
  t.teardown(() => server.close());
  return (path: string) => ask(server, path);
}

t.test('text, as Envoy prints it', async (t) => {
  const get = await scene(t);
  t.equal(
    (await get('/clusters?filter=^a')).body,
    `app::observability_name::app_alt
app::default_priority::max_connections::1024
app::default_priority::max_pending_requests::1024
app::default_priority::max_requests::1024
app::default_priority::max_retries::3
app::high_priority::max_connections::1024
app::high_priority::max_pending_requests::1024
app::high_priority::max_requests::1024
app::high_priority::max_retries::3
app::added_via_api::false
${[
  ['127.0.0.1:1', 0, 2, 425, 'h', 'healthy', 3, 'r', 'z', 0],
  ['/tmp/x', 0, 0, 0, '', '/failed_active_hc/failed_eds_health', 1, '', '', 0],
  ['[::1]:1', 0, 0, 0, '', '/degraded_eds_health', 1, '', '', 1],
]
  .map(
    ([address, active, connections, requests, name, flags, weight, region, zone, priority]) =>
      `app::${address}::cx_active::${active}
app::${address}::cx_total::${connections}
app::${address}::rq_total::${requests}
app::${address}::hostname::${name}
app::${address}::health_flags::${flags}
app::${address}::weight::${weight}
app::${address}::region::${region}
app::${address}::zone::${zone}
app::${address}::sub_zone::
app::${address}::canary::false
app::${address}::priority::${priority}
app::${address}::success_rate::-1
app::${address}::local_origin_success_rate::-1
`,
  )
  .join('')}`,
  );
  t.match((await get('/clusters')).body, 'other::added_via_api::true\n');
});

t.test('JSON, as Envoy prints it', async (t) => {
  const get = await scene(t);
  const { type, body } = await get('/clusters?format=json&filter=^a');
  t.equal(type, 'application/json');
  t.strictSame(JSON.parse(body), {
    cluster_statuses: [
      {
        name: 'app',
        host_statuses: [
          {
            address: { socket_address: { address: '127.0.0.1', port_value: 1 } },
            stats: [
              { value: '2', name: 'cx_total' },
              { value: '425', name: 'rq_total' },
              { type: 'GAUGE', name: 'cx_active' },
            ],
            health_status: { eds_health_status: 'HEALTHY' },
            weight: 3,
            hostname: 'h',
            locality: { region: 'r', zone: 'z' },
          },
          {
            address: { pipe: { path: '/tmp/x' } },
            stats: [{ name: 'cx_total' }, { name: 'rq_total' }, { type: 'GAUGE', name: 'cx_active' }],
            health_status: { failed_active_health_check: true, eds_health_status: 'UNHEALTHY' },
            weight: 1,
            locality: {},
          },
          {
            address: { socket_address: { address: '::1', port_value: 1 } },
            stats: [{ name: 'cx_total' }, { name: 'rq_total' }, { type: 'GAUGE', name: 'cx_active' }],
            health_status: { eds_health_status: 'DEGRADED' },
            weight: 1,
            priority: 1,
            locality: {},
          },
        ],
        circuit_breakers: {
          thresholds: [
            { max_connections: 1024, max_pending_requests: 1024, max_requests: 1024, max_retries: 3 },
            { priority: 'HIGH', max_connections: 1024, max_pending_requests: 1024, max_requests: 1024, max_retries: 3 },
          ],
        },
        observability_name: 'app_alt',
      },
    ],
  });
});

t.test('a bad filter is refused', async (t) => {
  const get = await scene(t);
  t.match(await get('/clusters?filter=('), { status: 400, body: 'Invalid re2 regex' });
});
