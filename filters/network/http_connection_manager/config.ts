/** envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager → ConnectionManagerSettings. */
import { type Duration, type Message, milliseconds, refuseOthers } from '../../../src/api/index.ts';
import type { Problems } from '../../../src/base/errors.ts';
import { DateField } from '../../../src/http/conn-manager/response-head.ts';
import type { ConnectionManagerSettings, ConnectionTimeouts } from '../../../src/http/conn-manager/settings.ts';
import { CONNECTION_MANAGER_STATS, LISTENER_HTTP_STATS, TRACING_STATS } from '../../../src/http/conn-manager/stats.ts';
import { constantField } from '../../../src/http/field-pool.ts';
import { SERVER } from '../../../src/http/header-name.ts';
import type { RouteTableHolder } from '../../../src/http/route.ts';
import { compileAccessLogs } from '../../../src/upstream/compile-access-logs.ts';
import type { ListenerContext } from '../../../src/upstream/factory-context.ts';
import { compileRoutes } from '../../../src/upstream/route-tables.ts';
import { compileChain } from './chain-config.ts';
import { compileCodec } from './codec-config.ts';
import { compileEarlyMutations } from './early-config.ts';
import { compileLogMoments } from './log-config.ts';
import { compileHosts, compilePaths } from './path-config.ts';
import { compileReplies } from './reply-config.ts';
import { compileSanitizer } from './sanitize-config.ts';
import { compileProxyStatus } from './status-config.ts';
import { compileUpgrades } from './upgrade-config.ts';

type Manager = Message<'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'>;

const HONOURED = new Set([
  'access_log',
  'access_log_flush_interval',
  'access_log_options',
  'add_user_agent',
  'always_set_request_id_in_response',
  'append_local_overload',
  'append_x_forwarded_port',
  'codec_type',
  'common_http_protocol_options',
  'delayed_close_timeout',
  'drain_timeout',
  'drain_timeout_jitter',
  'early_header_mutation_extensions',
  'flush_access_log_on_new_request',
  'forward_proto_config',
  'forward_client_cert_details',
  'set_current_client_cert_details',
  'generate_request_id',
  'http1_safe_max_connection_duration',
  'http2_protocol_options',
  'http_filters',
  'http_protocol_options',
  'internal_address_config',
  'local_reply_config',
  'max_request_headers_kb',
  'merge_slashes',
  'normalize_path',
  'original_ip_detection_extensions',
  'path_with_escaped_slashes_action',
  'preserve_external_request_id',
  'proxy_100_continue',
  'proxy_status_config',
  'rds',
  'request_headers_timeout',
  'request_id_extension',
  'request_timeout',
  'route_config',
  'scheme_header_transformation',
  'server_header_transformation',
  'server_name',
  'skip_xff_append',
  'stat_prefix',
  'stream_flush_timeout',
  'stream_error_on_invalid_http_message',
  'stream_idle_timeout',
  'strip_any_host_port',
  'strip_matching_host_port',
  'strip_trailing_host_dot',
  'upgrade_configs',
  'use_remote_address',
  'via',
  'xff_num_trusted_hops',
]);

const COMMON_OPTIONS = new Set([
  'idle_timeout',
  'max_connection_duration',
  'max_connection_duration_jitter',
  'max_headers_count',
  'max_stream_duration',
  'headers_with_underscores_action',
  'max_requests_per_connection',
]);

/** ServerHeaderTransformation by number. */
const APPEND_IF_ABSENT = 1;
const PASS_THROUGH = 2;

const HINTS = {
  scoped_routes: 'use route_config',
  tracing: 'tracing is not built yet',
};

/** Null after a problem. */
export function compileConnectionManager(message: Manager, context: ListenerContext): ConnectionManagerSettings | null {
  const { problems } = context;
  const before = problems.list.length;
  refuseOthers(message, HONOURED, problems, HINTS);
  if (message.commonHttpProtocolOptions !== undefined) {
    refuseOthers(message.commonHttpProtocolOptions, COMMON_OPTIONS, problems.at('common_http_protocol_options'));
  }
  const prefix = `http.${message.statPrefix}.`;
  const codec = compileCodec(message, context.stats, problems);
  const environment = context.options.environment ?? {};
  const replies = compileReplies(message.localReplyConfig, environment, context.runtimeValues, problems.at('local_reply_config'));
  const early = compileEarlyMutations(message.earlyHeaderMutationExtensions, environment, problems.at('early_header_mutation_extensions'));
  const hosts = compileHosts(message, problems);
  const sanitizer = compileSanitizer(message, context.options, problems);
  const chain = compileChain(message.httpFilters, prefix, context, problems.at('http_filters'));
  const upgrades = chain === null ? null : compileUpgrades(message.upgradeConfigs, chain, prefix, context, problems.at('upgrade_configs'));
  const accessLogs = compileAccessLogs(message.accessLog, context.at(problems.at('access_log')));
  const server = message.serverName === '' ? 'envoy' : message.serverName;
  const proxyStatus = compileProxyStatus(
    message.proxyStatusConfig,
    context.options.serviceNode,
    server,
    problems.at('proxy_status_config'),
  );
  const logMoments = compileLogMoments(message, problems);
  const routes = upgrades === null ? null : compileRouteSource(message, upgrades.filterNames, prefix, context);
  if (chain === null || upgrades === null || routes === null || problems.list.length > before) return null;

  const manager = { name: 'envoy.http_conn_manager_prefix', value: message.statPrefix };
  const listener = { name: 'envoy.listener_address', value: context.statName };
  context.stats.group(`${prefix}tracing.`, TRACING_STATS, [manager]);
  return Object.freeze({
    codec,
    chain,
    upgrades: upgrades.chains,
    routes,
    stats: context.stats.group(prefix, CONNECTION_MANAGER_STATS, [manager]),
    listenerStats: context.stats.group(`listener.${context.statName}.${prefix}`, LISTENER_HTTP_STATS, [listener, manager]),
    accessLogs,
    logRequests: logMoments.onRequest,
    logTunnels: logMoments.onTunnel,
    bufferLimit: context.bufferLimit,
    life: context,
    overload: context.overload,
    paths: compilePaths(message),
    hosts,
    replies,
    early,
    sanitizer,
    timeouts: compileTimeouts(message, logMoments.everyMs),
    maxRequests: message.commonHttpProtocolOptions?.maxRequestsPerConnection ?? 0,
    safeMaxDuration: message.http1SafeMaxConnectionDuration,
    proxy100Continue: message.proxy100Continue,
    date: new DateField(),
    proxyStatus,
    tellOverload: message.appendLocalOverload,
    server: message.serverHeaderTransformation === PASS_THROUGH ? null : constantField(SERVER, server),
    serverIfAbsent: message.serverHeaderTransformation === APPEND_IF_ABSENT,
    via: message.via,
    requestIdInResponse: message.alwaysSetRequestIdInResponse,
    keepAfterInvalid:
      message.httpProtocolOptions?.overrideStreamErrorOnInvalidHttpMessage ?? message.streamErrorOnInvalidHttpMessage ?? false,
  });
}

function compileTimeouts(message: Manager, logEvery: number): ConnectionTimeouts {
  const common = message.commonHttpProtocolOptions;
  const of = (duration: Duration | undefined, otherwise: number): number => milliseconds(duration) ?? otherwise;
  return Object.freeze({
    request: of(message.requestTimeout, 0),
    requestHeaders: of(message.requestHeadersTimeout, 0),
    streamIdle: of(message.streamIdleTimeout, 300_000),
    maxStreamDuration: of(common?.maxStreamDuration, 0),
    logEvery,
    connectionIdle: of(common?.idleTimeout, 3_600_000),
    maxConnectionDuration: of(common?.maxConnectionDuration, 0),
    maxConnectionJitter: (common?.maxConnectionDurationJitter?.value ?? 0) / 100,
    drainJitter: (message.drainTimeoutJitter?.value ?? 0) / 100,
    drain: of(message.drainTimeout, 5000),
    delayedClose: of(message.delayedCloseTimeout, 1000),
  });
}

function compileRouteSource(
  message: Manager,
  filterNames: readonly string[],
  statPrefix: string,
  context: ListenerContext,
): RouteTableHolder | null {
  const { problems } = context;
  const { routeSpecifier } = message;
  switch (routeSpecifier.case) {
    case 'routeConfig': {
      const place = { context, filterNames, validateClusters: true, statPrefix };
      const current = compileRoutes(routeSpecifier.value, '', place, problems.at('route_config'));
      return current === null ? null : Object.freeze({ current });
    }
    case 'rds':
      if (context.options.staticOnly === true) {
        problems.at('rds').add('unsupported', 'route tables by name (RDS) are not supported in a file', 'use route_config');
        return null;
      }
      if (!supportedSource(routeSpecifier.value.configSource, problems.at('rds').at('config_source'))) return null;
      return context.routes.subscribe(routeSpecifier.value.routeConfigName, filterNames, context.init);
    case undefined:
      problems.add('missing', 'one of route_config, rds is required');
      return null;
    default:
      return null;
  }
}

/** Tables by name come with the stream that brings everything else. */
function supportedSource(source: Message<'envoy.config.core.v3.ConfigSource'> | undefined, problems: Problems): boolean {
  const kind = source?.configSourceSpecifier.case;
  if (kind === undefined || kind === 'ads' || kind === 'self') return true;
  problems.add('unsupported', 'route tables of a source of their own are not supported', 'use ads: {}');
  return false;
}
