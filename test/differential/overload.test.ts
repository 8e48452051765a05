/** The same overload manager in a real Envoy and in Outrigger: limits, actions and their counters. */
import { connect, type Socket } from 'node:net';
import t from 'tap';
import { type ChildProxy, envoyMissing, loopback, startChild } from '../support/child-proxy.ts';

const needsEnvoy = { skip: envoyMissing() ?? false };
const type = (name: string) => `type.googleapis.com/envoy.extensions.${name}`;
const CONNECTIONS = 'envoy.resource_monitors.global_downstream_max_connections';
const HEAP = 'envoy.resource_monitors.fixed_heap';
const ACTION = 'envoy.overload_actions.';

const hcm = (name: string) => ({
  '@type': type('filters.network.http_connection_manager.v3.HttpConnectionManager'),
  stat_prefix: name,
  access_log: [
    {
      name: 'file',
      typed_config: {
        '@type': type('access_loggers.file.v3.FileAccessLog'),
        path: '%DIR%/access.log',
        log_format: { text_format_source: { inline_string: '%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%\n' } },
      },
    },
  ],
  route_config: {
    virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }] }],
  },
  http_filters: [{ name: 'router', typed_config: { '@type': type('filters.http.router.v3.Router') } }],
});

const listener = (name: string, more: object = {}) => ({
  name,
  stat_prefix: name,
  address: loopback(0),
  filter_chains: [{ filters: [{ name: 'hcm', typed_config: hcm(name) }] }],
  ...more,
});

async function both(t: { teardown(end: () => Promise<unknown>): void }, file: object): Promise<readonly ChildProxy[]> {
  const pair = await Promise.all([startChild('envoy', file), startChild('outrigger', file)]);
  t.teardown(() => Promise.all(pair.map((proxy) => proxy.stop())));
  return pair;
}

async function stats(proxy: ChildProxy, filter: string): Promise<string[]> {
  return (await proxy.admin(`/stats?filter=${filter}`)).body.trim().split('\n');
}

/** A connection that was answered once, and so was taken; null when it was closed instead. */
async function taken(proxy: ChildProxy, name: string): Promise<Socket | null> {
  const socket = connect({ port: proxy.ports.get(name) as number, host: '127.0.0.1' });
  socket.on('error', () => {});
  socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
  const answered = await new Promise<boolean>((resolve) => {
    socket.once('data', () => resolve(true));
    socket.once('close', () => resolve(false));
  });
  return answered ? socket : null;
}

t.test('limits of connections', needsEnvoy, async (t) => {
  const monitor = {
    name: CONNECTIONS,
    typed_config: {
      '@type': type('resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig'),
      max_active_downstream_connections: 3,
    },
  };
  const pair = await both(t, {
    overload_manager: { resource_monitors: [monitor] },
    layered_runtime: {
      layers: [
        { name: 's', static_layer: { 'envoy.resource_limits.listener.one.connection_limit': 1 } },
        { name: 'a', admin_layer: {} },
      ],
    },
    static_resources: { listeners: [listener('one'), listener('two'), listener('free', { ignore_global_conn_limit: true })] },
  });
  for (const proxy of pair) {
    const sockets: (Socket | null)[] = [];
    const outcome: string[] = [];
    for (const name of ['one', 'one', 'two', 'two', 'two', 'free']) {
      const socket = await taken(proxy, name);
      sockets.push(socket);
      outcome.push(`${name} ${socket === null ? 'refused' : 'taken'}`);
    }
    t.strictSame(outcome, ['one taken', 'one refused', 'two taken', 'two taken', 'two refused', 'free taken'], proxy.kind);
    t.strictSame(
      await stats(proxy, '^listener.(one|two|free).downstream_(global_)?cx_overflow'),
      [
        'listener.free.downstream_cx_overflow: 0',
        'listener.free.downstream_global_cx_overflow: 0',
        'listener.one.downstream_cx_overflow: 1',
        'listener.one.downstream_global_cx_overflow: 0',
        'listener.two.downstream_cx_overflow: 0',
        'listener.two.downstream_global_cx_overflow: 1',
      ],
      proxy.kind,
    );
    for (const socket of sockets) socket?.destroy();
  }
});

for (const action of ['stop_accepting_requests', 'disable_http_keepalive', 'reject_incoming_connections']) {
  t.test(`${action}, with memory over its limit and far below it`, needsEnvoy, async (t) => {
    for (const [bytes, pressed] of [
      [1, true],
      [2 ** 50, false],
    ] as const) {
      const pair = await both(t, {
        overload_manager: {
          refresh_interval: '0.01s',
          resource_monitors: [
            { name: HEAP, typed_config: { '@type': type('resource_monitors.fixed_heap.v3.FixedHeapConfig'), max_heap_size_bytes: bytes } },
          ],
          actions: [{ name: `${ACTION}${action}`, triggers: [{ name: HEAP, threshold: { value: 0.9 } }] }],
        },
        static_resources: { listeners: [listener('in'), listener('bypass', { bypass_overload_manager: true })] },
      });
      const seen: unknown[] = [];
      for (const proxy of pair) {
        while ((await stats(proxy, `${action}.active`))[0] !== `overload.${ACTION}${action}.active: ${pressed ? 1 : 0}`) {
          await new Promise(setImmediate);
        }
        const answers: string[] = [];
        for (const name of ['in', 'bypass']) {
          try {
            const response = await fetch(`http://127.0.0.1:${proxy.ports.get(name)}/`);
            answers.push(`${name} ${response.status} ${response.headers.get('connection')} ${await response.text()}`);
          } catch {
            answers.push(`${name} closed`);
          }
        }
        const counted = await stats(proxy, `overload_(close|disable|reject)|drain_close|${ACTION}${action}`);
        seen.push({ answers, counted: counted.filter((line) => !/admin|load_shed|: 0$/.test(line)), log: (await proxy.stop()).accessLog });
      }
      t.strictSame(seen[1], seen[0], pressed ? 'pressed' : 'calm');
    }
  });
}
