import {
  type Any,
  envoy_config_core_v3_TrafficDirection as Direction,
  type Message,
  milliseconds,
  refuseOthers,
} from '../../src/api/index.ts';
import { RuntimeInteger } from '../../src/base/runtime-values.ts';
import { loadLibc } from '../../src/net/libc.ts';
import { NEVER_MS } from '../../src/net/timer-wheel.ts';
import type { TcpKeepAlive } from '../../src/net/transport-socket.ts';
import { compileAccessLogs } from '../../src/upstream/compile-access-logs.ts';
import type { FactoryContext, ListenerContext, ListenerFilterDefinition } from '../../src/upstream/factory-context.ts';
import type { ListenerInstance } from '../../src/upstream/instances.ts';
import { compileAddress, statNameOf } from './address-config.ts';
import { compileChains } from './chain-config.ts';
import { ConnectionLimits } from './connection-limits.ts';
import { TcpListener } from './listener.ts';
import { InsideListener } from './listener-context.ts';
import { openExtension } from './open-extension.ts';
import { compilePredicate } from './predicate.ts';
import type { AddressSettings, ListenerFilterEntry, ListenerSettings } from './settings.ts';

type Listener = Message<'envoy.config.listener.v3.Listener'>;

/** Envoy's defaults. */
const BUFFER_LIMIT = 1_048_576;
const BACKLOG = 128;
const LISTENER_FILTERS_TIMEOUT_MS = 15_000;
/** As many connections as the kernel allows. */
const NO_LIMIT = Number.POSITIVE_INFINITY;

const LISTENER = new Set([
  'access_log',
  'additional_addresses',
  'address',
  'bind_to_port',
  'bypass_overload_manager',
  'continue_on_listener_filters_timeout',
  'default_filter_chain',
  'enable_reuse_port',
  'filter_chains',
  'freebind',
  'ignore_global_conn_limit',
  'listener_filters',
  'listener_filters_timeout',
  'max_connections_to_accept_per_socket_event',
  'metadata',
  'name',
  'per_connection_buffer_limit_bytes',
  'reuse_port',
  'stat_prefix',
  'tcp_backlog_size',
  'tcp_keepalive',
  'traffic_direction',
  'transparent',
  'use_original_dst',
]);
const ADDITIONAL = new Set(['address']);
const LISTENER_FILTER = new Set(['filter_disabled', 'name', 'typed_config']);
const ORIGINAL_DST = 'envoy.filters.listener.original_dst';

/** TCP listeners; those over UDP, of the API kind and internal ones are other extensions' business. */
export function accepts(message: Listener): boolean {
  const address = message.address?.address;
  if (message.apiListener !== undefined || message.listenerSpecifier.case !== undefined) return false;
  return address?.case !== 'socketAddress' || address.value.protocol === 0;
}

export function compile(message: Listener, context: FactoryContext): ListenerInstance | null {
  const settings = compileSettings(message, context);
  if (settings === null) return null;
  return new TcpListener(settings, {
    dispatcher: context.dispatcher,
    stats: context.stats,
    limits: limitsOf(message, context),
    log: context.loggers.get('conn_handler'),
  });
}

/** As Envoy has them: a runtime key for each listener, and one limit for all, of the overload manager or of a runtime key. */
export function limitsOf(message: Listener, { runtimeValues, shared, options, overload }: FactoryContext): ConnectionLimits {
  const own = new RuntimeInteger(runtimeValues, `envoy.resource_limits.listener.${message.name}.connection_limit`, NO_LIMIT);
  const all = options.maxDownstreamConnections;
  return new ConnectionLimits(
    shared.open(`listener.${message.name}.downstream_cx`),
    own,
    message.ignoreGlobalConnLimit ? null : shared.open('listeners.downstream_cx'),
    new RuntimeInteger(runtimeValues, all === undefined ? 'overload.global_downstream_max_connections' : '', all ?? NO_LIMIT),
    message.bypassOverloadManager ? null : overload,
  );
}

/** Null after a problem. */
export function compileSettings(message: Listener, context: FactoryContext): ListenerSettings | null {
  const { problems } = context;
  refuseOthers(message, LISTENER, problems);
  if (message.enableReusePort === false && context.options.concurrency > 1) {
    problems.at('enable_reuse_port').add('unsupported', 'several workers cannot share a port without SO_REUSEPORT', 'use --concurrency 1');
  }
  const addresses = compileAddresses(message, context);
  const first = addresses[0];
  if (first === undefined) return null;

  const bufferLimit = message.perConnectionBufferLimitBytes ?? BUFFER_LIMIT;
  const statName = message.statPrefix === '' ? statNameOf(first) : message.statPrefix;
  const direction = directionOf(message);
  const bypassesOverload = message.bypassOverloadManager;
  const facts = { listenerName: message.name, statName, direction, bufferLimit, bypassesOverload };
  const inside = new InsideListener(context, facts, problems);
  const listenerFilters = compileListenerFilters(message, inside);
  const chains = compileChains(message, inside);
  const accessLogs = compileAccessLogs(message.accessLog, context.at(problems.at('access_log')));
  if (chains === null || problems.failed) return null;
  return {
    name: message.name,
    metadata: message.metadata?.filterMetadata ?? null,
    statName,
    direction,
    addresses,
    bind: message.bindToPort ?? true,
    bufferLimit,
    keepAlive: keepAliveOf(message.tcpKeepalive),
    listenerFilters,
    listenerFiltersTimeoutMs: finite(milliseconds(message.listenerFiltersTimeout) ?? LISTENER_FILTERS_TIMEOUT_MS),
    continueOnTimeout: message.continueOnListenerFiltersTimeout,
    handOver: message.useOriginalDst === true,
    chains,
    accessLogs,
  };
}

function compileAddresses(message: Listener, context: FactoryContext): readonly AddressSettings[] {
  const { problems } = context;
  const transparent = message.transparent === true;
  const freebind = message.freebind === true;
  if ((transparent || freebind) && message.bindToPort !== false) {
    const libc = loadLibc();
    if (typeof libc === 'string') problems.at(transparent ? 'transparent' : 'freebind').add('unsupported', libc);
  }
  const options = { backlog: message.tcpBacklogSize ?? BACKLOG, transparent, freebind };
  const first = compileAddress(message.address, options, problems.at('address'));
  const more = message.additionalAddresses.map((each, i) => {
    const at = problems.at('additional_addresses').at(i);
    refuseOthers(each, ADDITIONAL, at);
    return compileAddress(each.address, options, at.at('address'));
  });
  return [first, ...more].filter((address) => address !== null);
}

function compileListenerFilters(message: Listener, context: InsideListener): readonly ListenerFilterEntry[] {
  const list = context.problems.at('listener_filters');
  const entries: ListenerFilterEntry[] = [];
  message.listenerFilters.forEach((filter, i) => {
    const at = list.at(i);
    if (!refuseOthers(filter, LISTENER_FILTER, at)) return;
    const config = filter.configType.case === 'typedConfig' ? filter.configType.value : undefined;
    const disabled = filter.filterDisabled === undefined ? null : compilePredicate(filter.filterDisabled, at.at('filter_disabled'));
    add(entries, filter.name, config, disabled, context.at(at));
  });
  // As if it were the last one of the list (Envoy docs, `Listener.use_original_dst`).
  if (message.useOriginalDst === true) {
    add(entries, ORIGINAL_DST, undefined, null, context.at(context.problems.at('use_original_dst')));
  }
  return entries;
}

function add(
  entries: ListenerFilterEntry[],
  name: string,
  config: Any | undefined,
  disabled: ListenerFilterEntry['disabled'],
  context: InsideListener,
): void {
  const { problems } = context;
  const named = openExtension(context.registry, 'listener_filter', name, config, problems);
  if (named === null) return;
  const definition = named.definition as ListenerFilterDefinition;
  const factory = definition.compile(named.message as never, config === undefined ? context : context.at(problems.at('typed_config')));
  if (factory !== null) entries.push({ factory, disabled });
}

function directionOf(message: Listener): ListenerContext['direction'] {
  if (message.trafficDirection === Direction.INBOUND) return 'inbound';
  return message.trafficDirection === Direction.OUTBOUND ? 'outbound' : 'unspecified';
}

/** Seconds in the message. */
function keepAliveOf(message: Listener['tcpKeepalive']): TcpKeepAlive | null {
  if (message === undefined) return null;
  return {
    idleMs: (message.keepaliveTime ?? 0) * 1000,
    intervalMs: (message.keepaliveInterval ?? 0) * 1000,
    probes: message.keepaliveProbes ?? 0,
  };
}

function finite(ms: number): number {
  return ms > NEVER_MS ? 0 : ms;
}
