import { defineUpstreamTransportSocket } from '../../../src/upstream/factory-context.ts';
import { compileProxyProtocol } from './config.ts';

export default defineUpstreamTransportSocket({
  name: 'envoy.transport_sockets.upstream_proxy_protocol',
  message: 'envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport',
  posture: 'robust_to_untrusted_downstream_and_upstream',
  compile: compileProxyProtocol,
});
