import { defineDownstreamTransportSocket, defineUpstreamTransportSocket } from '../../../src/upstream/factory-context.ts';
import { compileDownstream, compileUpstream } from './config.ts';

export const downstream = defineDownstreamTransportSocket({
  name: 'envoy.transport_sockets.tls',
  message: 'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
  posture: 'robust_to_untrusted_downstream_and_upstream',
  compile: compileDownstream,
});

export const upstream = defineUpstreamTransportSocket({
  name: 'envoy.transport_sockets.tls',
  message: 'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
  posture: 'robust_to_untrusted_downstream_and_upstream',
  compile: compileUpstream,
});
