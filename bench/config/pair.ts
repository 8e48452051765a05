import type { Json, Wiring } from '../model.ts';
import { bootstrap, cluster, everythingTo, HTTP2_UPSTREAM, httpListener } from './envoy.ts';
import { ACCESS_LOG } from './sidecar.ts';
import { tlsFromClients, tlsToHosts } from './tls.ts';

/**
 * Two sidecars in one process: client → outbound → mTLS → inbound → service, HTTP/1.1 at both ends. The hop between them is HTTP/1.1, or
 * HTTP/2 as `h2UpgradePolicy: UPGRADE` makes it.
 */
export function pairOfSidecars(wiring: Wiring, hop: 'h1' | 'h2'): Json {
  const alpn = [hop === 'h2' ? 'h2' : 'http/1.1'];
  const manager = (name: string) => ({ ...everythingTo(name), access_log: ACCESS_LOG });
  return bootstrap(
    wiring,
    [
      httpListener('outbound', wiring.listen, manager('peer')),
      httpListener('inbound', wiring.inner, manager('service'), { transport_socket: tlsFromClients(wiring.certificates) }),
    ],
    [
      cluster(
        'peer',
        { host: '127.0.0.1', port: wiring.inner },
        { transport_socket: tlsToHosts(wiring.certificates, alpn), ...(hop === 'h2' ? HTTP2_UPSTREAM : {}) },
      ),
      cluster('service', wiring.backend),
    ],
  );
}
