import type { Json, Wiring } from '../model.ts';
import { any, bootstrap, cluster, httpListener, ROUTER } from './envoy.ts';

/** The text format that Istio gives its sidecars (istio.io, "Envoy Access Logs", default access log format). */
const ISTIO_LOG = [
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS%',
  '%RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" %BYTES_RECEIVED% %BYTES_SENT%',
  '%DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%"',
  '"%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" %UPSTREAM_CLUSTER% %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS%',
  '%DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%\n',
].join(' ');

/** Istio's access log, thrown away. */
export const ACCESS_LOG: Json = [
  {
    name: 'envoy.access_loggers.file',
    typed_config: any('envoy.extensions.access_loggers.file.v3.FileAccessLog', {
      path: '/dev/null',
      log_format: { text_format_source: { inline_string: ISTIO_LOG } },
    }),
  },
];

/** Services that the client could have called and did not: a sidecar knows many. */
const OTHERS = ['details', 'ratings', 'productpage', 'cart', 'checkout', 'payments', 'search', 'profile', 'email', 'ads'];

type Routes = readonly { readonly [key: string]: Json }[];

function host(name: string, routes: Routes): { readonly [key: string]: Json } {
  const full = `${name}.default.svc.cluster.local`;
  return { name: full, domains: [full, `${full}:9080`, name, `${name}:9080`], routes };
}

function others(): Routes {
  return OTHERS.map((name) => host(name, [{ name: 'default', match: { prefix: '/' }, route: { cluster: 'service', timeout: '15s' } }]));
}

/** Routes as a mesh writes them: matched by header, by path, and by weight for the rest. */
function routes(): Routes {
  return [
    {
      name: 'jason',
      match: { prefix: '/', headers: [{ name: 'end-user', string_match: { exact: 'jason' } }] },
      route: { cluster: 'service-v2', timeout: '15s' },
    },
    { name: 'health', match: { path: '/healthz' }, route: { cluster: 'service', timeout: '1s' } },
    { name: 'admin', match: { prefix: '/admin' }, route: { cluster: 'service-v2', timeout: '5s' } },
    {
      name: 'split',
      match: { prefix: '/' },
      route: {
        timeout: '15s',
        weighted_clusters: {
          clusters: [
            { name: 'service', weight: 90 },
            { name: 'service-v2', weight: 10 },
          ],
        },
      },
    },
  ];
}

/** An outbound sidecar without TLS: virtual hosts, weighted routes with timeouts, fault filter, Istio's access log. */
export function sidecar(wiring: Wiring): Json {
  const manager = {
    route_config: {
      name: '9080',
      virtual_hosts: [...others(), host('reviews', routes()), { name: 'allow_any', domains: ['*'], routes: routes() }],
    },
    http_filters: [{ name: 'envoy.filters.http.fault', typed_config: any('envoy.extensions.filters.http.fault.v3.HTTPFault') }, ROUTER],
    access_log: ACCESS_LOG,
  };
  const balanced = { lb_policy: 'LEAST_REQUEST' };
  return bootstrap(
    wiring,
    [httpListener('outbound', wiring.listen, manager)],
    [cluster('service', wiring.backend, balanced), cluster('service-v2', wiring.backend, balanced)],
  );
}
