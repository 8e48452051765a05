import { defineNetworkFilter } from '../../../src/upstream/factory-context.ts';
import { compileTcpProxy } from './config.ts';
import { TcpProxyFactory } from './filter.ts';

export default defineNetworkFilter({
  name: 'envoy.filters.network.tcp_proxy',
  message: 'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
  posture: 'robust_to_untrusted_downstream_and_upstream',
  compile(message, context) {
    const settings = compileTcpProxy(message, context);
    return settings === null ? null : new TcpProxyFactory(settings);
  },
});
