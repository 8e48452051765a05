/** The transport socket of a cluster, and how connections are opened with it. */
import { create, fromBinary, type Message, refuseOthers } from '../api/index.ts';
import type { TcpKeepAlive, UpstreamTransportOptions, UpstreamTransportSocketFactory } from '../net/transport-socket.ts';
import { statPrefix } from './cluster-stats.ts';
import { compileBind } from './compile-bind.ts';
import type { FactoryContext, UpstreamTransportContext, UpstreamTransportSocketDefinition } from './factory-context.ts';
import { openAt } from './open-any.ts';
import { TransportContext } from './transport-context.ts';
import type { MatchLabels } from './transport-match.ts';

type Cluster = Message<'envoy.config.cluster.v3.Cluster'>;

const RAW_BUFFER = 'envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer';
const MATCH = new Set(['name', 'match', 'transport_socket']);

/** `transport_socket`, plain text when there is none. Null when it was refused. */
export function compileTransport(cluster: Cluster, within: FactoryContext): UpstreamTransportSocketFactory | null {
  return compileOptional(cluster.transportSocket, contextFor(cluster, within));
}

function contextFor(cluster: Cluster, within: FactoryContext): TransportContext {
  return new TransportContext(within, statPrefix(cluster.altStatName || cluster.name), within.problems);
}

export interface CompiledMatch {
  readonly name: string;
  readonly labels: MatchLabels;
  readonly factory: UpstreamTransportSocketFactory;
}

/** `transport_socket_matches`. Those that were refused are left out; the problems say which. */
export function compileTransportMatches(cluster: Cluster, within: FactoryContext): readonly CompiledMatch[] {
  const context = contextFor(cluster, within);
  const list = context.problems.at('transport_socket_matches');
  const compiled: CompiledMatch[] = [];
  cluster.transportSocketMatches.forEach((message, i) => {
    const at = list.at(i);
    refuseOthers(message, MATCH, at);
    if (message.transportSocket === undefined) {
      at.add('missing', 'a transport_socket is required');
      return;
    }
    const factory = compileOptional(message.transportSocket, context.at(at));
    if (factory !== null) compiled.push({ name: message.name, labels: Object.entries(message.match ?? {}), factory });
  });
  return compiled;
}

/** The field `transport_socket` of the message that `context` stands at. */
function compileOptional(
  socket: Message<'envoy.config.core.v3.TransportSocket'> | undefined,
  context: UpstreamTransportContext,
): UpstreamTransportSocketFactory | null {
  const at = context.problems.at('transport_socket');
  return socket === undefined
    ? compileSocket(RAW_BUFFER, create(RAW_BUFFER), context.at(at))
    : compileTransportSocket(socket, context.at(at));
}

/** By type, or by name where there is no `typed_config`. `context` stands at the message. Also for sockets that wrap another. */
export function compileTransportSocket(
  socket: Message<'envoy.config.core.v3.TransportSocket'>,
  context: UpstreamTransportContext,
): UpstreamTransportSocketFactory | null {
  const { problems: at } = context;
  const config = socket.configType.value;
  if (config === undefined) {
    const byName = context.registry.findByName('upstream_transport_socket', socket.name);
    if (byName !== null) return compileSocket(byName.message, create(byName.message), context);
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
export function compileTransportOptions(cluster: Cluster, context: FactoryContext): UpstreamTransportOptions {
  const { problems, options } = context;
  const bytes = options.upstream?.bindConfig;
  const bootstrap = bytes === undefined ? undefined : fromBinary('envoy.config.core.v3.BindConfig', bytes);
  const messages = { cluster: cluster.upstreamBindConfig, bootstrap, who: `Cluster ${cluster.name}` };
  const { sourceAddress, opener, sources } = compileBind(messages, problems.at('upstream_bind_config'));
  const connection = cluster.upstreamConnectionOptions;
  return Object.freeze({
    alpn: null,
    serverName: '',
    sourceAddress,
    opener,
    keepAlive: connection?.tcpKeepalive === undefined ? null : keepAliveOf(connection.tcpKeepalive),
    ...(sources === null ? {} : { sources }),
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
