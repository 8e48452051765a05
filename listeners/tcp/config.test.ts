import t from 'tap';
import type { JsonInput } from '../../src/api/index.ts';
import type { ExtensionDefinition } from '../../src/extension/registry.ts';
import { FakeContext } from '../../test/support/factory-context.ts';
import { Restorer } from '../../test/support/listener-doubles.ts';
import { ECHO, INSPECTOR, ListenerParts, LOG, listenerMessage, PASS, socketAddress } from '../../test/support/tcp-listener.ts';
import { accepts, compile, compileSettings } from './config.ts';
import definition from './index.ts';
import type { ListenerSettings } from './settings.ts';

interface Compiled {
  readonly settings: ListenerSettings | null;
  readonly complaints: readonly string[];
  readonly parts: ListenerParts;
}

function compiled(more: { [key: string]: JsonInput } = {}, concurrency = 1, extensions: readonly ExtensionDefinition[] = []): Compiled {
  const parts = new ListenerParts();
  const context = new FakeContext({ extensions: [...parts.extensions, ...extensions], options: { concurrency } });
  const settings = compileSettings(listenerMessage(more), context);
  return { settings, complaints: context.complaints, parts };
}

t.test('a listener without options gets the defaults of Envoy', (t) => {
  const { settings, complaints } = compiled();
  t.same(complaints, []);
  t.match(settings, {
    name: 'l',
    statName: '127.0.0.1_0',
    direction: 'unspecified',
    bind: true,
    bufferLimit: 1_048_576,
    keepAlive: null,
    listenerFilters: [],
    listenerFiltersTimeoutMs: 15_000,
    continueOnTimeout: false,
    accessLogs: [],
  });
  t.match(settings?.addresses, [{ address: { ip: '127.0.0.1', port: 0, family: 4 }, dualStack: false, backlog: 128 }]);
  t.match(settings?.chains.all, [{ name: '', transport: { name: 'raw_buffer' }, transportTimeoutMs: 0, filters: [{ name: 'echo' }] }]);
  t.end();
});

t.test('what is set is what is compiled', (t) => {
  const { settings, complaints, parts } = compiled({
    address: { socket_address: { address: '::', port_value: 15006, ipv4_compat: true } },
    additional_addresses: [{ address: socketAddress('::1', 15007) }],
    traffic_direction: 'INBOUND',
    per_connection_buffer_limit_bytes: 32768,
    tcp_backlog_size: 7,
    bind_to_port: false,
    enable_reuse_port: false,
    max_connections_to_accept_per_socket_event: 1,
    ignore_global_conn_limit: true,
    tcp_keepalive: { keepalive_time: 10, keepalive_probes: 3 },
    listener_filters: [INSPECTOR],
    listener_filters_timeout: '0s',
    continue_on_listener_filters_timeout: true,
    access_log: [LOG],
    filter_chains: [{ name: 'first', filters: [PASS, ECHO], transport_socket_connect_timeout: '1.5s' }],
    default_filter_chain: { name: 'rest', filters: [] },
    transparent: false,
    use_original_dst: false,
  });
  t.same(complaints, []);
  t.match(settings, {
    statName: '[__]_15006',
    direction: 'inbound',
    bind: false,
    bufferLimit: 32768,
    keepAlive: { idleMs: 10_000, intervalMs: 0, probes: 3 },
    listenerFilters: [{ factory: { name: 'inspector' }, disabled: null }],
    listenerFiltersTimeoutMs: 0,
    continueOnTimeout: true,
    handOver: false,
  });
  t.match(settings?.addresses, [
    { address: { ip: '::', port: 15006 }, dualStack: true, backlog: 7 },
    { address: { ip: '::1', port: 15007 }, dualStack: false, backlog: 7 },
  ]);
  t.equal(settings?.accessLogs.length, 1);
  t.match(settings?.chains.all, [
    { name: 'first', transportTimeoutMs: 1500, filters: [{ name: 'pass' }, { name: 'echo' }] },
    { name: 'rest' },
  ]);
  t.match(parts.echo.context, { listenerName: 'l', statName: '[__]_15006', direction: 'inbound', bufferLimit: 32768 });
  t.end();
});

t.test('stat_prefix names the statistics', (t) => {
  t.equal(compiled({ stat_prefix: 'custom' }).settings?.statName, 'custom');
  t.equal(compiled({ address: socketAddress('::1', 80) }).settings?.statName, '[__1]_80');
  t.end();
});

t.test('what cannot be honoured is refused by name', (t) => {
  const cases: [{ [key: string]: JsonInput }, string][] = [
    [{ enable_mptcp: true }, 'enable_mptcp: enable_mptcp is not supported'],
    [{ drain_type: 'MODIFY_ONLY' }, 'drain_type: drain_type is not supported'],
    [{ connection_balance_config: { exact_balance: {} } }, 'connection_balance_config: connection_balance_config is not supported'],
    [{ socket_options: [{ level: 1, name: 2, int_value: 3 }] }, 'socket_options: socket_options is not supported'],
    [{ tcp_fast_open_queue_length: 5 }, 'tcp_fast_open_queue_length: tcp_fast_open_queue_length is not supported'],
    [{ filter_chain_matcher: {} }, 'filter_chain_matcher: filter_chain_matcher is not supported'],
    [
      { filter_chains: [{ name: 'c', filters: [ECHO], filter_chain_match: { address_suffix: '1', suffix_len: 8 } }] },
      "filter_chains[0].filter_chain_match.address_suffix: filter chain 'c' contains unimplemented fields",
    ],
    [{ listener_filters: [{ ...INSPECTOR, filter_disabled: {} }] }, 'listener_filters[0].filter_disabled: a rule is required'],
    [
      { filter_chains: [{ filters: [{ name: 'x', config_discovery: { config_source: { ads: {} }, type_urls: ['a'] } }] }] },
      'filter_chains[0].filters[0].config_discovery: network filters by discovery are not supported',
    ],
    [{ address: { pipe: { path: '/tmp/s' } } }, 'address.pipe: listening on a pipe is not supported'],
    [
      { address: { socket_address: { address: '127.0.0.1', port_value: 1, resolver_name: 'x' } } },
      'address.socket_address.resolver_name: resolver_name is not supported',
    ],
    [
      { additional_addresses: [{ address: socketAddress('::1'), tcp_keepalive: {} }] },
      'additional_addresses[0].tcp_keepalive: tcp_keepalive is not supported',
    ],
  ];
  for (const [more, complaint] of cases) {
    const { settings, complaints } = compiled(more);
    t.same(complaints, [complaint]);
    t.equal(settings, null);
  }
  t.end();
});

t.test('what makes no sense is refused with the place', (t) => {
  const unknown = { name: 'x', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.network.wasm.v3.Wasm' } };
  const cases: [{ [key: string]: JsonInput }, string][] = [
    [{ filter_chains: [] }, ': no filter chains specified'],
    [{ address: socketAddress('localhost') }, 'address.socket_address.address: malformed IP address: localhost'],
    [
      {
        filter_chains: [
          { name: 'a', filters: [ECHO] },
          { name: 'b', filters: [ECHO] },
        ],
      },
      "filter_chains[1]: filter chain 'b' has the same matching rules defined as 'a'. duplicate matcher is: {}",
    ],
    [
      { filter_chains: [{ filters: [ECHO, ECHO] }] },
      'filter_chains[0].filters[0]: terminal filter echo must be the last filter in a network filter chain',
    ],
    [
      { filter_chains: [{ filters: [PASS] }] },
      'filter_chains[0].filters[0]: non-terminal filter pass is the last filter in a network filter chain',
    ],
    [
      { filter_chains: [{ filters: [unknown] }] },
      'filter_chains[0].filters[0].typed_config: no network filter is registered for envoy.extensions.filters.network.wasm.v3.Wasm',
    ],
    [{ filter_chains: [{ filters: [{ name: 'nothing' }] }] }, 'filter_chains[0].filters[0]: "nothing" needs a typed_config'],
    [
      { filter_chains: [{ filters: [ECHO], transport_socket: { name: 'x', typed_config: ECHO.typed_config } }] },
      'filter_chains[0].transport_socket.typed_config: no downstream transport socket is registered for envoy.extensions.filters.network.echo.v3.Echo',
    ],
    [{ access_log: [{ name: 'x' }] }, 'access_log[0]: access log "x" needs a typed_config'],
  ];
  for (const [more, complaint] of cases) t.same(compiled(more).complaints, [complaint]);
  t.end();
});

t.test('several workers need SO_REUSEPORT', (t) => {
  t.same(compiled({ enable_reuse_port: false }, 2).complaints, [
    'enable_reuse_port: several workers cannot share a port without SO_REUSEPORT',
  ]);
  t.same(compiled({ enable_reuse_port: true }, 2).complaints, []);
  t.end();
});

t.test('an extension may be named without a config where its defaults are meant', (t) => {
  const { complaints, settings } = compiled({
    listener_filters: [{ name: 'envoy.filters.listener.tls_inspector' }],
    filter_chains: [
      { filters: [{ name: 'envoy.filters.network.echo' }], transport_socket: { name: 'envoy.transport_sockets.raw_buffer' } },
    ],
  });
  t.same(complaints, []);
  t.equal(settings?.listenerFilters.length, 1);
  t.end();
});

t.test('use_original_dst runs its filter after the others', (t) => {
  const refused = compiled({ use_original_dst: true, listener_filters: [INSPECTOR] });
  t.same(refused.complaints, ['use_original_dst: "envoy.filters.listener.original_dst" needs a typed_config'], 'when it is not installed');
  const { settings, complaints } = compiled({ use_original_dst: true, listener_filters: [INSPECTOR] }, 1, [new Restorer().definition]);
  t.same(complaints, []);
  t.equal(settings?.handOver, true);
  t.same(
    settings?.listenerFilters.map(({ factory }) => factory.name),
    ['inspector', 'restore'],
  );
  t.end();
});

t.test('a predicate of a listener filter is compiled', (t) => {
  const filter_disabled = { destination_port_range: { start: 15006, end: 15007 } };
  const { settings } = compiled({ listener_filters: [{ ...INSPECTOR, filter_disabled }] });
  t.type(settings?.listenerFilters[0]?.disabled?.matches, 'function');
  t.end();
});

t.test('listeners of other kinds are left to other extensions', (t) => {
  t.equal(definition.kind, 'listener');
  t.equal(accepts(listenerMessage()), true);
  t.equal(accepts(listenerMessage({ address: { pipe: { path: '/s' } } })), true, 'to be refused by name');
  t.equal(accepts(listenerMessage({ address: { socket_address: { address: '127.0.0.1', protocol: 'UDP', port_value: 1 } } })), false);
  t.equal(accepts(listenerMessage({ internal_listener: {} })), false);
  t.equal(accepts(listenerMessage({ api_listener: {} })), false);
  t.end();
});

t.test('a refused listener takes no stats and no address', (t) => {
  const parts = new ListenerParts();
  const context = new FakeContext({ extensions: parts.extensions });
  t.equal(compile(listenerMessage({ enable_mptcp: true }), context), null);
  t.equal(context.stats.values.size, 0);
  t.end();
});
