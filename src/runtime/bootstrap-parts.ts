/**
 * What this proxy does with each part of a bootstrap. A part that it cannot honour is refused by name; one without effect
 * here (it tunes a part that is not there, or nothing uses it) is accepted and named in the log. What is not listed is refused.
 */
import { type AnyMessage, type Message, openAny, reflectOn } from '../api/index.ts';
import { ConfigError, type Problems } from '../base/errors.ts';
import { planOverload } from './overload-plan.ts';
import { entriesOf } from './runtime-layers.ts';

type Bootstrap = Message<'envoy.config.bootstrap.v3.Bootstrap'>;

const HONOURED = new Set([
  'admin',
  'layered_runtime',
  'node',
  'static_resources',
  'stats_config',
  'stats_flush_interval',
  'stats_server_version_override',
  'overload_manager',
  'cluster_manager',
  'bootstrap_extensions',
  'dns_resolution_config',
  'typed_dns_resolver_config',
]);

const WITHOUT_EFFECT = new Set([
  'application_log_config',
  'default_regex_engine',
  'deferred_stat_options',
  'grpc_async_client_manager_config',
  'inline_headers',
  'listener_manager',
  'memory_allocator_manager',
  'node_context_params',
]);

const HINTS: Readonly<Record<string, string>> = {
  dynamic_resources: 'put listeners and clusters under static_resources',
  stats_sinks: 'scrape the admin address at /stats/prometheus',
  tracing: 'configure tracing on the connection manager',
};

/** Extensions of the bootstrap that nothing uses before a listener or cluster asks for them. */
const UNUSED_EXTENSIONS = /^(envoy\.extensions\.bootstrap\.internal_listener\.v3\.InternalListener|istio\.workload\.BootstrapExtension)$/;

/** Fields of messages inside of the bootstrap that are refused wherever they stand. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  'envoy.config.bootstrap.v3.Admin': ['socket_options'],
  'envoy.config.bootstrap.v3.RuntimeLayer': ['disk_layer', 'rtds_layer'],
};

/** Whether a bootstrap with this field set is refused for that alone. */
export function isRefusedPart(typeName: string, field: string): boolean {
  if (typeName === 'envoy.config.bootstrap.v3.Bootstrap') return !HONOURED.has(field) && !WITHOUT_EFFECT.has(field);
  return REFUSED[typeName]?.includes(field) === true;
}

/** Reports what is refused. Returns the paths of what was accepted without effect. */
export function checkParts(bootstrap: Bootstrap, problems: Problems): string[] {
  const unused: string[] = [];
  for (const name of namesOf(bootstrap)) {
    if (HONOURED.has(name)) continue;
    if (WITHOUT_EFFECT.has(name)) unused.push(name);
    else problems.at(name).add('unsupported', `"${name}" is not supported`, HINTS[name]);
  }
  checkAdmin(bootstrap, problems.at('admin'), unused);
  checkRuntime(bootstrap, problems.at('layered_runtime').at('layers'), unused);
  checkClusterManager(bootstrap, problems.at('cluster_manager'), unused);
  planOverload(bootstrap.overloadManager, problems.at('overload_manager'), unused);
  bootstrap.bootstrapExtensions.forEach((extension, i) => {
    const at = problems.at('bootstrap_extensions').at(i).at('typed_config');
    const type = typeIn(extension.typedConfig, at);
    if (type !== null && !UNUSED_EXTENSIONS.test(type)) at.add('unsupported', `the bootstrap extension ${type} is not supported`);
  });
  if (bootstrap.bootstrapExtensions.length > 0) unused.push('bootstrap_extensions');
  return unused;
}

function checkAdmin({ admin }: Bootstrap, problems: Problems, unused: string[]): void {
  if (admin === undefined) return;
  if (admin.socketOptions.length > 0) problems.at('socket_options').add('unsupported', '"socket_options" are not supported here');
  if (admin.accessLogPath !== '' && admin.accessLogPath !== '/dev/null') {
    problems.at('access_log_path').add('unsupported', 'the admin server writes no access log', 'remove it');
  }
  admin.accessLog.forEach((log, i) => {
    const at = problems.at('access_log').at(i);
    const { configType } = log;
    // Whatever the logger is called: its file is the one that keeps nothing.
    if (configType.case === 'typedConfig' && pathIn(configType.value) === '/dev/null') return;
    at.add('unsupported', 'the admin server writes no access log', 'remove it, or log to /dev/null');
  });
  for (const name of ['profile_path', 'ignore_global_conn_limit']) if (namesOf(admin).includes(name)) unused.push(`admin.${name}`);
}

/** Keys that Envoy itself reads, and nothing here does; any other key is one that a configuration may name. */
const IDLE_KEYS =
  /^(envoy\.(reloadable|restart|deprecated)_features\b|(health_check|http_connection_manager|outlier_detection|ratelimit|re2|tracing|upstream)\.)/;

function checkRuntime({ layeredRuntime }: Bootstrap, problems: Problems, unused: string[]): void {
  const names = new Set<string>();
  let admins = 0;
  layeredRuntime?.layers.forEach((layer, i) => {
    const at = problems.at(i);
    const { layerSpecifier } = layer;
    const kind = layerSpecifier.case;
    if (names.has(layer.name)) at.at('name').add('duplicate', `two layers are called "${layer.name}"`);
    names.add(layer.name);
    if (kind === 'diskLayer') at.at('disk_layer').add('unsupported', 'runtime layers from disk are not supported', 'use a static_layer');
    else if (kind === 'rtdsLayer') at.at('rtds_layer').add('unsupported', 'runtime discovery is not supported', 'use a static_layer');
    else if (kind === undefined) at.add('missing', 'a layer needs a static_layer or an admin_layer');
    else if (kind === 'staticLayer') {
      const here = at.at('static_layer');
      for (const key of entriesOf(layerSpecifier.value, here).keys()) if (IDLE_KEYS.test(key)) unused.push(here.at(key).path);
    } else if (++admins > 1) at.at('admin_layer').add('duplicate', 'there is a layer for the admin already', 'remove one');
  });
}

function checkClusterManager({ clusterManager }: Bootstrap, problems: Problems, unused: string[]): void {
  if (clusterManager === undefined) return;
  for (const name of namesOf(clusterManager)) {
    if (name === 'upstream_bind_config') continue;
    if (name === 'enable_deferred_cluster_creation') unused.push(`cluster_manager.${name}`);
    else problems.at(name).add('unsupported', `"${name}" is not supported`);
  }
}

function namesOf(message: AnyMessage): string[] {
  const view = reflectOn(message);
  return view.desc.fields.filter((field) => view.isSet(field)).map((field) => field.name);
}

type AnyValue = Message<'google.protobuf.Any'> | undefined;

/** Name of the type inside, null after reporting that it cannot be read. */
function typeIn(any: AnyValue, problems: Problems): string | null {
  if (any === undefined) {
    problems.add('missing', 'a typed_config is needed');
    return null;
  }
  try {
    return openAny(any).typeName;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) problems.add(problem.code, problem.message, problem.hint);
    return null;
  }
}

function pathIn(any: AnyValue): string {
  if (any === undefined) return '';
  const opened = openAny(any);
  return opened.kind === 'message' && 'path' in opened.message && typeof opened.message.path === 'string' ? opened.message.path : '';
}
