import type { Json, Wiring } from '../model.ts';
import { address, any, bootstrap, cluster } from './envoy.ts';

/** One listener that hands every connection to the service as it is. */
export function tcpRelay(wiring: Wiring): Json {
  const filter = {
    name: 'envoy.filters.network.tcp_proxy',
    typed_config: any('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', { stat_prefix: 'bench', cluster: 'service' }),
  };
  const listener = {
    name: 'bench',
    address: address({ host: '127.0.0.1', port: wiring.listen }),
    filter_chains: [{ filters: [filter] }],
  };
  return bootstrap(wiring, [listener], [cluster('service', wiring.backend)]);
}
