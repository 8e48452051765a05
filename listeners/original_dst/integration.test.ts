/**
 * Redirected connections through the whole proxy. What a firewall rule would tell the kernel stands in a PROXY header here; test/pod
 * does it with real rules.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { fromJson, type JsonInput, toBinary } from '../../src/api/index.ts';
import type { Resource } from '../../src/runtime/contracts.ts';
import { HTTP_INSPECTOR, PROXY_PROTOCOL, proxyHeader, TLS_INSPECTOR } from '../../test/support/accept-probes.ts';
import { clientHello } from '../../test/support/client-hello.ts';
import { loopback, startProxy, type TestProxy } from '../../test/support/proxy.ts';
import { until } from '../../test/support/sockets.ts';

const TYPE = 'type.googleapis.com/envoy.extensions';
const CLIENT = '10.0.0.2:4711';

/** A backend that says who called and what was asked, and closes. */
async function backend(t: Test, host = '127.0.0.1'): Promise<{ port: number; peers: string[] }> {
  const peers: string[] = [];
  const server: Server = createServer((socket) => {
    peers.push(socket.remoteAddress ?? '');
    socket.on('error', () => {});
    socket.once('data', (data: Buffer) => {
      const line = data.toString('latin1').split('\r\n')[0];
      socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${line?.length}\r\nconnection: close\r\n\r\n${line}`);
    });
  });
  server.listen(0, host);
  await once(server, 'listening');
  t.teardown(() => server.close());
  return { port: (server.address() as AddressInfo).port, peers };
}

function http(name: string, action: object): object {
  return {
    name: 'hcm',
    typed_config: {
      '@type': `${TYPE}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
      stat_prefix: name,
      route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, ...action }] }] },
      http_filters: [{ name: 'router', typed_config: { '@type': `${TYPE}.filters.http.router.v3.Router` } }],
    },
  };
}

const answer = (text: string): object => http(text, { direct_response: { status: 200, body: { inline_string: text } } });
const tcp = (cluster: string): object => ({
  name: 'tcp',
  typed_config: { '@type': `${TYPE}.filters.network.tcp_proxy.v3.TcpProxy`, stat_prefix: cluster, cluster },
});

/** As Istio writes it, but for its own filter. */
const PASSTHROUGH = {
  name: 'PassthroughCluster',
  alt_stat_name: 'PassthroughCluster;',
  type: 'ORIGINAL_DST',
  lb_policy: 'CLUSTER_PROVIDED',
  connect_timeout: '10s',
  circuit_breakers: {
    thresholds: [{ max_connections: 4294967295, max_pending_requests: 4294967295, max_requests: 4294967295, max_retries: 4294967295 }],
  },
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': `${TYPE}.upstreams.http.v3.HttpProtocolOptions`,
      common_http_protocol_options: { idle_timeout: '300s' },
      use_downstream_protocol_config: { http2_protocol_options: {}, http_protocol_options: {} },
    },
  },
};
const INBOUND_PASSTHROUGH = {
  ...PASSTHROUGH,
  name: 'InboundPassthroughCluster',
  upstream_bind_config: { source_address: { address: '127.0.0.6', port_value: 0 } },
};
const INBOUND_PORT = {
  name: 'inbound|9080||',
  alt_stat_name: 'inbound|9080||;',
  type: 'ORIGINAL_DST',
  lb_policy: 'CLUSTER_PROVIDED',
  connect_timeout: '10s',
  cleanup_interval: '9223372035s',
  common_lb_config: {},
  upstream_bind_config: { source_address: { address: '127.0.0.6', port_value: 0 } },
};

/** Both virtual listeners, and two that exist for the hand-over alone. */
function bootstrap(): object {
  return {
    static_resources: {
      clusters: [PASSTHROUGH, INBOUND_PASSTHROUGH, INBOUND_PORT],
      listeners: [
        {
          name: 'virtualOutbound',
          address: loopback(0),
          use_original_dst: true,
          traffic_direction: 'OUTBOUND',
          max_connections_to_accept_per_socket_event: 1,
          listener_filters: [PROXY_PROTOCOL],
          filter_chains: [{ name: 'virtualOutbound-catchall-tcp', filters: [tcp('PassthroughCluster')] }],
        },
        {
          name: '0.0.0.0_80',
          address: { socket_address: { address: '0.0.0.0', port_value: 80 } },
          bind_to_port: false,
          listener_filters: [HTTP_INSPECTOR],
          listener_filters_timeout: '0s',
          filter_chains: [
            {
              filter_chain_match: { transport_protocol: 'raw_buffer', application_protocols: ['http/1.1', 'h2c'] },
              filters: [answer('any:80')],
            },
          ],
          default_filter_chain: { name: 'PassthroughFilterChain', filters: [tcp('PassthroughCluster')] },
        },
        {
          name: '10.96.0.1_80',
          address: { socket_address: { address: '10.96.0.1', port_value: 80 } },
          bind_to_port: false,
          filter_chains: [{ filters: [answer('vip')] }],
        },
        {
          name: 'virtualInbound',
          address: loopback(0),
          traffic_direction: 'INBOUND',
          continue_on_listener_filters_timeout: true,
          listener_filters_timeout: '0s',
          listener_filters: [
            PROXY_PROTOCOL,
            { ...TLS_INSPECTOR, filter_disabled: { destination_port_range: { start: 15006, end: 15007 } } },
            HTTP_INSPECTOR,
          ],
          filter_chains: [
            { name: 'blackhole', filter_chain_match: { destination_port: 15006 }, filters: [answer('blackhole')] },
            {
              name: 'http',
              filter_chain_match: { transport_protocol: 'raw_buffer', application_protocols: ['http/1.1', 'h2c'] },
              filters: [http('in', { route: { cluster: 'inbound|9080||' } })],
            },
            { name: 'tcp', filter_chain_match: { transport_protocol: 'raw_buffer' }, filters: [tcp('InboundPassthroughCluster')] },
            { name: 'tls', filter_chain_match: { transport_protocol: 'tls' }, filters: [tcp('InboundPassthroughCluster')] },
          ],
        },
      ],
    },
  };
}

/** What the proxy answers to these bytes until it, or the backend, closes. */
async function talk(proxy: TestProxy, listener: string, to: string, bytes: Buffer | string, end = false): Promise<string> {
  const socket: Socket = connect({ port: proxy.port(listener), host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => {});
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  socket.write(Buffer.concat([proxyHeader(CLIENT, to), typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes]));
  if (end) socket.end();
  const closed = once(socket, 'close');
  socket.on('end', () => socket.end());
  await closed;
  return text;
}

const GET = 'GET /x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n';
const bodyOf = (text: string): string => text.slice(text.indexOf('\r\n\r\n') + 4);

for (const concurrency of [1, 2]) {
  t.test(`connections go where their client wanted, ${concurrency} worker(s)`, async (t) => {
    const proxy = await startProxy(bootstrap(), { concurrency });
    t.teardown(() => proxy.stop());
    const { port, peers } = await backend(t);
    const outbound = (to: string, bytes: string): Promise<string> => talk(proxy, 'virtualOutbound', to, bytes);
    for (let i = 0; i < 4; i++) {
      t.equal(bodyOf(await outbound('10.96.0.1:80', GET)), 'vip');
      t.equal(bodyOf(await outbound('10.96.0.2:80', GET)), 'any:80');
      t.equal(bodyOf(await outbound(`127.0.0.1:${port}`, GET)), 'GET /x HTTP/1.1', 'nobody listens there: straight to the destination');
    }
    t.same(new Set(peers.splice(0)), new Set(['127.0.0.1']));
    t.match(await outbound(`127.0.0.1:${port}`, 'no HTTP at all\r\n'), /no HTTP at all/);

    peers.length = 0;
    t.equal(bodyOf(await talk(proxy, 'virtualInbound', `127.0.0.1:${port}`, GET)), 'GET /x HTTP/1.1');
    t.match(await talk(proxy, 'virtualInbound', `127.0.0.1:${port}`, 'binary\r\n'), /binary/);
    t.match(await talk(proxy, 'virtualInbound', `127.0.0.1:${port}`, clientHello()), /^HTTP/, 'TLS that is not ours passes through');
    t.same(new Set(peers), new Set(['127.0.0.6']), 'the source that no firewall rule redirects');
    t.equal(bodyOf(await talk(proxy, 'virtualInbound', '10.0.0.1:15006', GET)), 'blackhole');

    await until(() => proxy.stat('cluster.PassthroughCluster;.upstream_cx_active') === 0, 'the last connection to end');
    t.equal(proxy.stat('cluster.PassthroughCluster;.upstream_cx_total'), 7, 'both passthrough clusters count together');
    t.equal(proxy.stat('listener.10.96.0.1_80.downstream_cx_total'), 4);
    t.equal(proxy.stat('tls_inspector.tls_found'), 1);
    for (const [name, value] of proxy.stats()) if (name.startsWith('listener.') && /_pre_cx_active$/.test(name)) t.equal(value, 0, name);
  });
}

t.test('a client that sends everything at once, and its FIN, is served', async (t) => {
  const proxy = await startProxy(bootstrap());
  t.teardown(() => proxy.stop());
  const { port } = await backend(t);
  for (let i = 0; i < 20; i++) {
    t.match(await talk(proxy, 'virtualInbound', `127.0.0.1:${port}`, 'binary\r\n', true), /binary/);
    t.equal(bodyOf(await talk(proxy, 'virtualOutbound', '10.96.0.1:80', GET, true)), 'vip');
    t.equal(bodyOf(await talk(proxy, 'virtualOutbound', '10.96.0.2:80', GET, true)), 'any:80');
  }
});

const LISTENER = 'envoy.config.listener.v3.Listener';

/** A listener for the hand-over alone, as the discovery service would send it. */
function virtual(name: string, ip: string, text: string): Resource {
  const json = {
    name,
    address: { socket_address: { address: ip, port_value: 80 } },
    bind_to_port: false,
    filter_chains: [{ filters: [answer(text)] }],
  };
  return { type: LISTENER, name, version: text, bytes: toBinary(fromJson(LISTENER, json as JsonInput)) };
}

for (const concurrency of [1, 2]) {
  t.test(`listeners come, change and go under connections that are handed over, ${concurrency} worker(s)`, async (t) => {
    const proxy = await startProxy(bootstrap(), { concurrency });
    t.teardown(() => proxy.stop());
    const apply = async (set: Resource[], remove: string[] = []): Promise<void> => {
      const removed = remove.map((name) => ({ type: LISTENER, name }) as const);
      const answers = await proxy.runtime.apply({ origin: 'xds', set, remove: removed });
      t.ok(answers.every(({ accepted }) => accepted));
    };
    /** Whoever answers: several connections, so that every worker is asked. */
    const answers = async (): Promise<Set<string>> => {
      const all = await Promise.all(Array.from({ length: 12 }, () => talk(proxy, 'virtualOutbound', '10.96.7.7:80', GET)));
      return new Set(all.map(bodyOf));
    };
    t.same(await answers(), new Set(['any:80']));
    await apply([virtual('late', '10.96.7.7', 'first')]);
    t.same(await answers(), new Set(['first']));
    let stop = false;
    const seen = new Set<string>();
    const load = (async () => {
      while (!stop) for (const text of await answers()) seen.add(text);
    })();
    for (let i = 0; i < 10; i++) await apply([virtual('late', '10.96.7.7', `version ${i}`)]);
    stop = true;
    await load;
    t.ok(
      [...seen].every((text) => text === 'first' || text.startsWith('version ')),
      `always an answer: ${[...seen].join(', ')}`,
    );
    t.same(await answers(), new Set(['version 9']));
    await apply([], ['late']);
    t.same(await answers(), new Set(['any:80']));
  });
}

t.test('without a destination there is nowhere to go', async (t) => {
  const proxy = await startProxy({
    static_resources: {
      clusters: [PASSTHROUGH],
      listeners: [
        { name: 'l', address: loopback(0), filter_chains: [{ filters: [http('l', { route: { cluster: 'PassthroughCluster' } })] }] },
      ],
    },
  });
  t.teardown(() => proxy.stop());
  const socket = connect(proxy.port(), '127.0.0.1');
  socket.write(GET);
  const [data] = (await once(socket, 'data')) as [Buffer];
  t.match(data.toString(), /^HTTP\/1.1 503 /);
  t.equal(proxy.stat('cluster.PassthroughCluster;.upstream_cx_none_healthy'), 1);
  socket.destroy();
});
