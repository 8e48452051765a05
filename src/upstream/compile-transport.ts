/** The transport socket of a cluster, and how connections are opened with it. */
import { create, type Message, refuseOthers } from '../api/index.ts';
import type { Problems } from '../base/errors.ts';
import type { TcpKeepAlive, UpstreamTransportOptions, UpstreamTransportSocketFactory } from '../net/transport-socket.ts';
import { statPrefix } from './cluster-stats.ts';
import { compileSocketAddress } from './compile-address.ts';
import type { FactoryContext, UpstreamTransportContext, UpstreamTransportSocketDefinition } from './factory-context.ts';
import { openAt } from './open-any.ts';
import { TransportContext } from './transport-context.ts';

type Cluster = Message<'envoy.config.cluster.v3.Cluster'>;

const RAW_BUFFER = 'envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer';
const BIND_CONFIG = new Set(['source_address']);
const CONNECTION_OPTIONS = new Set(['tcp_keepalive']);

/** `transport_socket`, plain text when there is none. Null when it was refused. */
export function compileTransport(cluster: Cluster, within: FactoryContext): UpstreamTransportSocketFactory | null {
  const context = new TransportContext(within, statPrefix(cluster.altStatName || cluster.name), within.problems);
  const socket = cluster.transportSocket;
  if (socket === undefined) return compileSocket(RAW_BUFFER, create(RAW_BUFFER), context.at(context.problems.at('transport_socket')));
  const at = context.problems.at('transport_socket');
  const config = socket.configType.value;
  if (config === undefined) {
    const byName = context.registry.findByName('upstream_transport_socket', socket.name);
    if (byName !== null) return compileSocket(byName.message, create(byName.message), context.at(at));
    at.add('missing', `${JSON.stringify(socket.name)} needs a typed_config`);
    return null;
  }
  const here = at.at('typed_config');
  const opened = openAt(config, here);
  if (opened === null) return null;
  if (opened.kind === 'message') return compileSocket(opened.typeName, opened.message, context.at(here));
  here.add('unknown_type', `no transport socket is registered for ${opened.typeName || 'an empty type URL'}`);
  return null;
}

function compileSocket(typeName: string, message: unknown, context: UpstreamTransportContext): UpstreamTransportSocketFactory | null {
  const found = context.registry.find('upstream_transport_socket', typeName) as UpstreamTransportSocketDefinition | null;
  if (found !== null) return found.compile(message as never, context);
  context.problems.add('unknown_type', `no transport socket is registered for ${typeName}`);
  return null;
}

/** Where connections come from and how they are kept alive. */
export function compileTransportOptions(cluster: Cluster, problems: Problems): UpstreamTransportOptions {
  const bind = cluster.upstreamBindConfig;
  const bindAt = problems.at('upstream_bind_config');
  if (bind !== undefined) refuseOthers(bind, BIND_CONFIG, bindAt);
  const connection = cluster.upstreamConnectionOptions;
  if (connection !== undefined) refuseOthers(connection, CONNECTION_OPTIONS, problems.at('upstream_connection_options'));
  return Object.freeze({
    alpn: null,
    serverName: '',
    sourceAddress: bind?.sourceAddress === undefined ? null : compileSocketAddress(bind.sourceAddress, bindAt.at('source_address')),
    keepAlive: connection?.tcpKeepalive === undefined ? null : keepAliveOf(connection.tcpKeepalive),
  });
}

/** Seconds in the message. */
function keepAliveOf(message: Message<'envoy.config.core.v3.TcpKeepalive'>): TcpKeepAlive {
  return Object.freeze({
    idleMs: (message.keepaliveTime ?? 0) * 1000,
    intervalMs: (message.keepaliveInterval ?? 0) * 1000,
    probes: message.keepaliveProbes ?? 0,
  });
}
