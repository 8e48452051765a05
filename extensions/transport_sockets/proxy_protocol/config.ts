/** envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport → ProxyProtocolConnect. */
import { type Message, refuseOthers, envoy_config_core_v3_ProxyProtocolConfig_Version as Version } from '../../../src/api/index.ts';
import type { UpstreamTransportSocketFactory } from '../../../src/net/transport-socket.ts';
import { compileTransportSocket } from '../../../src/upstream/compile-transport.ts';
import type { UpstreamTransportContext } from '../../../src/upstream/factory-context.ts';
import { headerV1, headerV2 } from './header.ts';
import { ProxyProtocolConnect } from './socket.ts';

type Transport = Message<'envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport'>;

const HONOURED = new Set(['config', 'transport_socket']);
const CONFIG = new Set(['version']);

/** Null after a problem. */
export function compileProxyProtocol(message: Transport, context: UpstreamTransportContext): UpstreamTransportSocketFactory | null {
  const { problems } = context;
  const before = problems.list.length;
  refuseOthers(message, HONOURED, problems);
  if (message.config !== undefined) refuseOthers(message.config, CONFIG, problems.at('config'));
  if (message.transportSocket === undefined) {
    problems.add('missing', 'a transport_socket is required');
    return null;
  }
  const inner = compileTransportSocket(message.transportSocket, context.at(problems.at('transport_socket')));
  if (inner === null || problems.list.length > before) return null;
  return new ProxyProtocolConnect(inner, message.config?.version === Version.V2 ? headerV2 : headerV1);
}
