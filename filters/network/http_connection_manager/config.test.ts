import t from 'tap';
import { fromJson, type JsonInput } from '../../../src/api/index.ts';
import { Problems } from '../../../src/base/errors.ts';
import type { ExtensionDefinition } from '../../../src/extension/registry.ts';
import type { ConnectionManagerSettings } from '../../../src/http/conn-manager/settings.ts';
import type { HttpFilterFactory } from '../../../src/http/filter.ts';
import { defineHttpFilter } from '../../../src/upstream/factory-context.ts';
import { FilterContext } from '../../../src/upstream/http-filter-context.ts';
import { FakeContext } from '../../../test/support/factory-context.ts';
import { filterFactory, requestHead } from '../../../test/support/http-manager.ts';
import { compileConnectionManager } from './config.ts';
import manager from './index.ts';

type Json = { readonly [key: string]: JsonInput };

const TYPE = 'type.googleapis.com/';
const ROUTER = { name: 'router', typed_config: { '@type': `${TYPE}envoy.extensions.filters.http.router.v3.Router` } };
const BUFFER: Json = {
  name: 'buffer',
  typed_config: { '@type': `${TYPE}envoy.extensions.filters.http.buffer.v3.Buffer`, max_request_bytes: 1 },
};
const UNKNOWN: Json = { name: 'cors', typed_config: { '@type': `${TYPE}envoy.extensions.filters.http.cors.v3.Cors` } };
const ROUTES = {
  name: 'local',
  virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }] }],
};

function double(name: string, terminal: boolean): (context: { filterName: string }) => HttpFilterFactory {
  return ({ filterName }) => filterFactory(filterName || name, () => ({}), terminal);
}

const extensions: ExtensionDefinition[] = [
  defineHttpFilter({
    name: 'envoy.filters.http.router',
    message: 'envoy.extensions.filters.http.router.v3.Router',
    posture: 'data_plane_agnostic',
    compile: (_message, context) => double('router', true)(context),
  }),
  defineHttpFilter({
    name: 'envoy.filters.http.buffer',
    message: 'envoy.extensions.filters.http.buffer.v3.Buffer',
    posture: 'data_plane_agnostic',
    compile: (_message, context) => double('buffer', false)(context),
  }),
];

function compile(config: Json): { settings: ConnectionManagerSettings | null; problems: Problems; context: FakeContext } {
  const problems = new Problems();
  const context = new FakeContext({ extensions }, problems);
  const message = fromJson('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: 'in',
    route_config: ROUTES,
    http_filters: [ROUTER],
    ...config,
  });
  const listener = new FilterContext(context, '', '', problems);
  return { settings: compileConnectionManager(message, listener), problems, context };
}

t.test('an empty message has Envoy’s defaults', (t) => {
  const { settings, problems, context } = compile({});
  t.same(problems.list, []);
  t.match(settings, {
    timeouts: {
      request: 0,
      requestHeaders: 0,
      streamIdle: 300_000,
      maxStreamDuration: 0,
      connectionIdle: 3_600_000,
      maxConnectionDuration: 0,
      drain: 5000,
      delayedClose: 1000,
    },
    maxRequests: 0,
    proxy100Continue: false,
    serverIfAbsent: false,
    via: '',
    requestIdInResponse: false,
  });
  t.equal(settings?.server?.value, 'envoy');
  t.equal(settings?.chain.size, 1);
  t.equal(settings?.routes.current?.name, 'local');
  t.ok(context.stats.values.has('http.in.downstream_rq_total'));
  t.ok(context.stats.values.has('http.in.tracing.random_sampling'));
  t.end();
});

t.test('settings arrive', (t) => {
  const { settings, problems } = compile({
    common_http_protocol_options: {
      idle_timeout: '60s',
      max_connection_duration: '3600s',
      max_stream_duration: '2s',
      max_requests_per_connection: 3,
    },
    request_timeout: '1.5s',
    request_headers_timeout: '0.5s',
    stream_idle_timeout: '0s',
    drain_timeout: '2s',
    delayed_close_timeout: '0s',
    server_name: 'me',
    server_header_transformation: 'APPEND_IF_ABSENT',
    via: 'v1',
    always_set_request_id_in_response: true,
    proxy_100_continue: true,
  });
  t.same(problems.list, []);
  t.match(settings, {
    timeouts: {
      request: 1500,
      requestHeaders: 500,
      streamIdle: 0,
      maxStreamDuration: 2000,
      connectionIdle: 60_000,
      maxConnectionDuration: 3_600_000,
      drain: 2000,
      delayedClose: 0,
    },
    maxRequests: 3,
    serverIfAbsent: true,
    via: 'v1',
    requestIdInResponse: true,
    proxy100Continue: true,
  });
  t.equal(settings?.server?.value, 'me');
  t.equal(compile({ server_header_transformation: 'PASS_THROUGH' }).settings?.server, null);
  t.end();
});

t.test('filters come from the registry, in order, the terminal one last', (t) => {
  const names = (config: Json) => compile(config).settings?.chain.factories.map((f) => f.name);
  t.same(names({ http_filters: [BUFFER, ROUTER] }), ['buffer', 'router']);
  t.same(names({ http_filters: [{ ...UNKNOWN, is_optional: true }, ROUTER] }), ['router'], 'an optional one may be unknown');
  t.same(names({ http_filters: [{ name: 'envoy.filters.http.router' }] }), ['envoy.filters.http.router'], 'by name, with defaults');
  const { settings } = compile({ http_filters: [{ ...BUFFER, disabled: true }, ROUTER] });
  t.equal(settings?.chain.phases(null).disabled, 1);
  t.end();
});

t.test('paths are normalised as far as the message says', (t) => {
  const out = (config: Json, path: string): unknown => {
    const { settings, problems } = compile(config);
    t.same(problems.list, []);
    const headers = requestHead(path);
    return settings?.paths === null ? 'no normalizer' : [settings?.paths.apply(headers), headers.path];
  };
  t.equal(out({}, '/'), 'no normalizer');
  t.equal(out({ normalize_path: false, path_with_escaped_slashes_action: 'KEEP_UNCHANGED' }, '/'), 'no normalizer');
  t.same(out({ normalize_path: true }, '/a//../b%2f'), [0, '/a/b%2f']);
  t.same(out({ merge_slashes: true }, '/a//../b%2f'), [0, '/a/../b%2f']);
  t.same(out({ path_with_escaped_slashes_action: 'REJECT_REQUEST' }, '/b%2f'), [1, '/b%2f']);
  t.same(out({ path_with_escaped_slashes_action: 'UNESCAPE_AND_REDIRECT' }, '/b%2f'), [2, '/b/']);
  t.same(out({ path_with_escaped_slashes_action: 'UNESCAPE_AND_FORWARD' }, '/b%2f'), [0, '/b/']);
  t.end();
});

t.test('hosts lose what the message says', (t) => {
  const out = (config: Json, host: string): string | undefined => {
    const { settings, problems } = compile(config);
    t.same(problems.list, []);
    const headers = requestHead('/', {}, 'GET', host);
    settings?.hosts?.apply(headers, 80);
    return headers.authority;
  };
  t.equal(compile({ strip_any_host_port: false }).settings?.hosts, null);
  t.equal(out({ strip_any_host_port: true }, 'h.:8080'), 'h.');
  t.equal(out({ strip_matching_host_port: true }, 'h.:8080'), 'h.:8080');
  t.equal(out({ strip_matching_host_port: true }, 'h.:80'), 'h.');
  t.equal(out({ strip_trailing_host_dot: true }, 'h.:80'), 'h:80');
  t.end();
});

t.test('without a mapper and a format nothing is rewritten', (t) => {
  t.equal(compile({}).settings?.replies, null);
  t.equal(compile({ local_reply_config: {} }).settings?.replies, null);
  t.end();
});

t.test('what is wrong is told with its place', (t) => {
  const refused = (config: Json, path: string, code = 'unsupported') => {
    const { settings, problems } = compile(config);
    t.equal(settings, null, path);
    t.match(
      problems.list.map((p) => [p.code, p.path]),
      [[code, path]],
    );
  };
  refused({ codec_type: 'HTTP3' }, 'codec_type');
  refused({ http2_protocol_options: { allow_metadata: true } }, 'http2_protocol_options.allow_metadata');
  refused({ http2_protocol_options: { stream_reset_rate: 3 } }, 'http2_protocol_options.stream_reset_rate');
  refused({ tracing: {} }, 'tracing');
  refused({ upgrade_configs: [{ upgrade_type: 'a' }, { upgrade_type: 'A' }] }, 'upgrade_configs[1].upgrade_type', 'duplicate');
  refused({ upgrade_configs: [{ upgrade_type: 'a', filters: [BUFFER] }] }, 'upgrade_configs[0].filters', 'missing');
  const reply = (mapper: Json): Json => ({ local_reply_config: { mappers: [{ filter: { not_health_check_filter: {} }, ...mapper }] } });
  refused({ local_reply_config: { mappers: [{}] } }, 'local_reply_config.mappers[0]', 'missing');
  refused(reply({ status_code: 199 }), 'local_reply_config.mappers[0].status_code', 'bad_value');
  refused(reply({ body: {} }), 'local_reply_config.mappers[0].body', 'missing');
  refused(
    reply({ headers_to_add: [{ header: { key: ':x', value: 'y' } }] }),
    'local_reply_config.mappers[0].headers_to_add[0].header.key',
    'bad_value',
  );
  refused({ local_reply_config: { body_format: {} } }, 'local_reply_config.body_format', 'missing');
  refused({ strip_any_host_port: true, strip_matching_host_port: true }, 'strip_any_host_port', 'bad_value');
  refused(
    { forward_client_cert_details: 'APPEND_FORWARD', set_current_client_cert_details: { uri: true, format: 'JSON' } },
    'set_current_client_cert_details.format',
  );
  const xff = (fields: Json): Json => ({
    name: 'xff',
    typed_config: { '@type': `${TYPE}envoy.extensions.http.original_ip_detection.xff.v3.XffConfig`, ...fields },
  });
  const value = { name: 'x', typed_config: { '@type': `${TYPE}google.protobuf.StringValue`, value: 'x' } };
  refused({ original_ip_detection_extensions: [{ name: 'x' }] }, 'original_ip_detection_extensions[0].typed_config', 'missing');
  refused({ original_ip_detection_extensions: [value] }, 'original_ip_detection_extensions[0].typed_config', 'unknown_type');
  refused({ original_ip_detection_extensions: [xff({})], use_remote_address: true }, 'use_remote_address', 'bad_value');
  refused({ original_ip_detection_extensions: [xff({})], xff_num_trusted_hops: 1 }, 'xff_num_trusted_hops', 'bad_value');
  const cidrs = [{ address_prefix: '10.0.0.0', prefix_len: 40 }];
  refused(
    { original_ip_detection_extensions: [xff({ xff_trusted_cidrs: { cidrs } })] },
    'original_ip_detection_extensions[0].typed_config.xff_trusted_cidrs.cidrs[0].prefix_len',
    'bad_value',
  );
  refused(
    { original_ip_detection_extensions: [xff({ xff_num_trusted_hops: 1, xff_trusted_cidrs: {} })] },
    'original_ip_detection_extensions[0].typed_config.xff_trusted_cidrs',
    'bad_value',
  );
  refused({ early_header_mutation_extensions: [{ name: 'x' }] }, 'early_header_mutation_extensions[0].typed_config', 'missing');
  refused({ early_header_mutation_extensions: [value] }, 'early_header_mutation_extensions[0].typed_config', 'unknown_type');
  refused({ represent_ipv4_remote_address_as_ipv4_mapped_ipv6: true }, 'represent_ipv4_remote_address_as_ipv4_mapped_ipv6');
  refused({ common_http_protocol_options: { max_response_headers_kb: 3 } }, 'common_http_protocol_options.max_response_headers_kb');
  refused({ http_protocol_options: { header_key_format: {} } }, 'http_protocol_options.header_key_format', 'missing');
  refused(
    { http_protocol_options: { header_key_format: { stateful_formatter: value } } },
    'http_protocol_options.header_key_format.stateful_formatter.typed_config',
    'unknown_type',
  );
  refused({ http_protocol_options: { send_fully_qualified_url: true } }, 'http_protocol_options.send_fully_qualified_url');
  refused({ http_filters: [] }, 'http_filters', 'missing');
  refused({ http_filters: [BUFFER] }, 'http_filters', 'missing');
  refused({ http_filters: [ROUTER, BUFFER] }, 'http_filters[0]', 'bad_value');
  refused({ http_filters: [UNKNOWN, ROUTER] }, 'http_filters[0].typed_config', 'unknown_type');
  refused({ http_filters: [{ name: 'nobody' }, ROUTER] }, 'http_filters[0]', 'missing');
  refused({ http_filters: [{ ...ROUTER, disabled: true }] }, 'http_filters[0].disabled', 'bad_value');
  refused(
    { rds: { route_config_name: 'r', config_source: { path_config_source: { path: '/x' } } }, route_config: null },
    'rds.config_source',
  );
  refused({ route_config: { ...ROUTES, vhds: {} } }, 'route_config.vhds');
  refused(
    { internal_address_config: { cidr_ranges: [{ address_prefix: 'x', prefix_len: 8 }] } },
    'internal_address_config.cidr_ranges[0].address_prefix',
    'bad_value',
  );
  refused(
    { request_id_extension: { typed_config: { '@type': `${TYPE}google.protobuf.StringValue`, value: 'x' } } },
    'request_id_extension.typed_config',
    'unknown_type',
  );
  t.end();
});

t.test('what only says what is done anyway is accepted', (t) => {
  const { problems } = compile({
    codec_type: 'HTTP1',
    normalize_path: false,
    stream_error_on_invalid_http_message: false,
    add_user_agent: false,
    http_protocol_options: { allow_absolute_url: true, override_stream_error_on_invalid_http_message: false, use_balsa_parser: true },
    internal_address_config: { cidr_ranges: [{ address_prefix: '10.0.0.0', prefix_len: 8 }] },
    request_id_extension: {
      typed_config: { '@type': `${TYPE}envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig`, pack_trace_reason: false },
    },
  });
  t.same(problems.list, []);
  t.end();
});

t.test('the definition compiles to a factory of terminal filters', (t) => {
  const problems = new Problems();
  const context = new FilterContext(new FakeContext({ extensions }, problems), '', '', problems);
  const message = fromJson(manager.message, { stat_prefix: 'x', route_config: ROUTES, http_filters: [ROUTER] });
  t.match(manager.compile(message, context), { name: 'envoy.filters.network.http_connection_manager', terminal: true });
  t.equal(manager.compile(fromJson(manager.message, { stat_prefix: 'x' }), context), null);
  t.end();
});

t.test('upgrades have the filters of every request, or their own', (t) => {
  const { settings, problems } = compile({
    upgrade_configs: [
      { upgrade_type: 'WebSocket' },
      { upgrade_type: 'CONNECT', enabled: false },
      { upgrade_type: 'x', filters: [BUFFER, { ...ROUTER, name: 'other' }] },
    ],
  });
  t.same(problems.list, []);
  t.same(
    settings?.upgrades.map(({ type, enabled, chain }) => [type, enabled, chain.factories.map((f) => f.name)]),
    [
      ['websocket', true, ['router']],
      ['connect', false, ['router']],
      ['x', true, ['buffer', 'other']],
    ],
  );
  t.equal(settings?.upgrades[0]?.chain, settings?.chain);
  t.end();
});

t.test('a malformed request takes its connection with it unless told otherwise', (t) => {
  const keep = (config: Json) => compile(config).settings?.keepAfterInvalid;
  t.equal(keep({}), false);
  t.equal(keep({ stream_error_on_invalid_http_message: true }), true);
  const override = { override_stream_error_on_invalid_http_message: false };
  t.equal(keep({ stream_error_on_invalid_http_message: true, http_protocol_options: override }), false);
  t.end();
});
