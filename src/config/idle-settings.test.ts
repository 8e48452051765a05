import t from 'tap';
import { idleSettings } from './idle-settings.ts';
import { loadBootstrap } from './load.ts';

/** `path: message` of each warning. */
function warnings(config: object): string[] {
  const loaded = loadBootstrap([{ file: 'x', text: JSON.stringify(config) }]);
  if ('problems' in loaded) throw new Error(loaded.problems.map(({ path, message }) => `${path} ${message}`).join());
  return idleSettings(loaded.message).map(({ path, message }) => `${path}: ${message}`);
}

const PLACE = 'static_resources.clusters[0]';
const hosts = { endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: 1 } } } }] }] };
const cluster = (fields: object): object => ({
  static_resources: { clusters: [{ name: 'a', load_assignment: { cluster_name: 'a', ...hosts }, ...fields }] },
});
const options = {
  '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
  explicit_http_config: { http_protocol_options: {} },
};
const tls = { '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext' };

t.test('settings of clusters that mean nothing there', (t) => {
  t.strictSame(warnings(cluster({ type: 'STRICT_DNS', dns_refresh_rate: '5s', respect_dns_ttl: true })), []);
  t.strictSame(warnings(cluster({ dns_refresh_rate: '5s' })), [
    `${PLACE}.dns_refresh_rate: only clusters of type STRICT_DNS and LOGICAL_DNS ask for names`,
  ]);
  t.match(warnings(cluster({ load_assignment: { cluster_name: 'a' } })), [/clusters\[0\]: cluster "a" has no hosts/]);
  t.match(warnings(cluster({ type: 'STRICT_DNS', cleanup_interval: '5s' })), [/cleanup_interval: only clusters of type ORIGINAL_DST/]);
  t.match(
    warnings(
      cluster({
        http2_protocol_options: {},
        typed_extension_protocol_options: { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': options },
      }),
    ),
    [/http2_protocol_options: .*HttpProtocolOptions stands in its place/],
  );
  t.match(warnings(cluster({ circuit_breakers: { thresholds: [{}, { priority: 'HIGH' }, {}] } })), [/thresholds\[2\]: of several entries/]);
  t.match(warnings(cluster({ transport_socket: { name: 'tls', typed_config: tls } })), [
    /transport_socket\.typed_config: nobody checks the certificate/,
  ]);
  t.end();
});

t.test('routes that nothing reaches, and choices that are never made', (t) => {
  const found = (routes: object[]): string[] => {
    const type = 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
    const manager = { '@type': type, stat_prefix: 'a', route_config: { virtual_hosts: [{ name: 'a', domains: ['*'], routes }] } };
    const address = { socket_address: { address: '127.0.0.1', port_value: 0 } };
    const listener = { address, listener_filters_timeout: '1s', filter_chains: [{ filters: [{ name: 'http', typed_config: manager }] }] };
    return warnings({ static_resources: { listeners: [listener] } }).map((line) => line.replace(/^.*virtual_hosts\[0\]\./, ''));
  };
  const to = { route: { cluster: 'a' } };
  const idle = 'static_resources.listeners[0].listener_filters_timeout: there are no listener_filters to wait for';
  t.strictSame(
    found([
      { match: { prefix: '/api', headers: [{ name: 'x', present_match: true }] }, ...to },
      { match: { prefix: '/api' }, ...to },
      { match: { prefix: '/API' }, ...to },
      { match: { path: '/api/users' }, ...to },
      { match: { safe_regex: { regex: '/api/.*' } }, ...to },
      { match: { prefix: '/' }, ...to },
      { match: { prefix: '/late' }, ...to },
    ]),
    [
      'routes[3]: is never reached: routes[1] takes all that it matches',
      'routes[6]: is never reached: routes[5] takes all that it matches',
      idle,
    ].sort((a, b) => Number(b === idle) - Number(a === idle)),
  );
  const weighted = {
    clusters: [
      { name: 'a', weight: 1 },
      { name: 'b', weight: 0 },
    ],
  };
  t.match(found([{ match: { prefix: '/' }, route: { weighted_clusters: weighted } }]), [
    /timeout/,
    'routes[0].route.weighted_clusters.clusters[1]: is never chosen: its weight is 0',
  ]);
  const retries = (policy: object, timeout = '1s'): string[] =>
    found([{ match: { prefix: '/' }, route: { cluster: 'a', timeout, retry_policy: policy } }]).slice(1);
  t.strictSame(retries({ retry_on: '5xx', per_try_timeout: '0.5s' }), []);
  t.match(retries({ retry_on: '5xx', per_try_timeout: '2s' }), [/per_try_timeout: is never reached: the whole request has 1 s/]);
  t.strictSame(retries({ retry_on: '5xx', per_try_timeout: '20s' }, '0s'), []);
  t.match(retries({ num_retries: 2 }), [/retry_on: is not set/]);
  t.match(retries({ retry_on: '5xx', retriable_status_codes: [418] }), [/retriable_status_codes: retry_on does not name/]);
  t.end();
});
