import { defineListenerFilter } from '../../src/upstream/factory-context.ts';
import { compileProxyProtocol } from './config.ts';

export const proxyProtocol = defineListenerFilter({
  name: 'envoy.filters.listener.proxy_protocol',
  message: 'envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol',
  posture: 'robust_to_untrusted_downstream',
  compile: compileProxyProtocol,
});
