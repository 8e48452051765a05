/**
 * The same connections through a real Envoy and through Outrigger: counters of the filter and of the cluster, and the access-log line,
 * must be equal.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import t from 'tap';
import { type ChildProxy, envoyMissing, loopback, startChild } from '../../../test/support/child-proxy.ts';

const TYPE = 'type.googleapis.com/envoy.extensions';

interface Scenario {
  readonly name: string;
  /** Of the TcpProxy message. */
  readonly proxy?: object;
  /** Of the Cluster message. */
  readonly cluster?: object;
  /** What the backend does with a connection. */
  readonly backend?: (socket: Socket) => void;
  /** What the client does; the connection is over when it resolves. */
  readonly client: (port: number) => Promise<void>;
}

function dial(port: number): Socket {
  return connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {});
}

/** Sends, ends, and reads to the end. */
async function exchange(port: number, text: string): Promise<string> {
  const socket = dial(port);
  socket.end(text);
  return await readAll(socket);
}

async function readAll(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('end', () => socket.end());
  await closed;
  return text;
}

const ignore = (socket: Socket): void => void socket.on('error', () => {}).resume();
const echo = (socket: Socket): void => void socket.on('error', () => {}).pipe(socket);

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'echo',
    backend: echo,
    client: async (port) => void (await exchange(port, 'hello')),
  },
  {
    name: 'backend_ends',
    backend: (socket) => {
      ignore(socket);
      socket.end('welcome');
    },
    client: async (port) => void (await readAll(dial(port))),
  },
  {
    name: 'client_resets',
    backend: (socket) => {
      ignore(socket);
      socket.once('data', () => socket.write('hi'));
    },
    client: async (port) => {
      const socket = dial(port);
      socket.write('abc');
      await once(socket, 'data');
      socket.resetAndDestroy();
    },
  },
  {
    name: 'backend_resets',
    backend: (socket) => {
      ignore(socket);
      socket.once('data', () => socket.resetAndDestroy());
    },
    client: async (port) => {
      const socket = dial(port);
      socket.write('abc');
      await readAll(socket);
    },
  },
  {
    name: 'refused',
    cluster: hosts(1, 1),
    client: async (port) => void (await exchange(port, 'abc')),
  },
  {
    name: 'refused_often',
    proxy: { max_connect_attempts: 3 },
    cluster: hosts(1),
    client: async (port) => void (await exchange(port, 'abc')),
  },
  { name: 'no_hosts', cluster: hosts(), client: async (port) => void (await exchange(port, 'abc')) },
  { name: 'no_cluster', proxy: { cluster: 'nowhere' }, client: async (port) => void (await exchange(port, 'abc')) },
  {
    name: 'cannot_bind',
    cluster: { upstream_bind_config: { source_address: { address: '192.0.2.1', port_value: 0 } } },
    client: async (port) => void (await exchange(port, 'abc')),
  },
  {
    name: 'one_connection',
    backend: echo,
    cluster: { circuit_breakers: { thresholds: [{ max_connections: 1 }] } },
    client: async (port) => {
      const first = dial(port);
      first.write('x');
      await once(first, 'data');
      await exchange(port, 'abc');
      first.end();
      await readAll(first);
    },
  },
  {
    name: 'none_pending',
    backend: echo,
    cluster: { circuit_breakers: { thresholds: [{ max_pending_requests: 0 }] } },
    client: async (port) => void (await exchange(port, 'abc')),
  },
  {
    name: 'none_requests',
    backend: echo,
    cluster: { circuit_breakers: { thresholds: [{ max_requests: 0 }] } },
    client: async (port) => void (await exchange(port, 'abc')),
  },
  {
    name: 'idle',
    proxy: { idle_timeout: '0.05s' },
    backend: ignore,
    client: async (port) => {
      const socket = dial(port);
      socket.write('abc');
      await readAll(socket);
    },
  },
  {
    name: 'too_long',
    proxy: { max_downstream_connection_duration: '0.05s' },
    backend: ignore,
    client: async (port) => {
      const socket = dial(port);
      socket.write('abc');
      await readAll(socket);
    },
  },
  {
    name: 'other_name',
    backend: echo,
    cluster: { alt_stat_name: 'renamed' },
    client: async (port) => void (await exchange(port, 'abc')),
  },
  {
    name: 'one_request',
    backend: echo,
    cluster: { max_requests_per_connection: 1 },
    client: async (port) => void (await exchange(port, 'abc')),
  },
  {
    name: 'logs_on_the_way',
    proxy: { access_log_options: { flush_access_log_on_start: true, flush_access_log_on_connected: true } },
    backend: echo,
    client: async (port) => void (await exchange(port, 'abc')),
  },
  {
    name: 'logs_in_the_older_way',
    proxy: { flush_access_log_on_connected: true, access_log_flush_interval: '3600s' },
    backend: echo,
    client: async (port) => void (await exchange(port, 'abc')),
  },
  {
    name: 'logs_without_a_host',
    proxy: { access_log_options: { flush_access_log_on_start: true, flush_access_log_on_connected: true } },
    cluster: hosts(1),
    client: async (port) => void (await exchange(port, 'abc')),
  },
  {
    name: 'after_data',
    proxy: { upstream_connect_mode: 'ON_DOWNSTREAM_DATA', max_early_data_bytes: 100 },
    backend: echo,
    client: async (port) => void (await exchange(port, 'hello')),
  },
  {
    name: 'after_too_much_data',
    proxy: { upstream_connect_mode: 'ON_DOWNSTREAM_DATA', max_early_data_bytes: 2 },
    backend: echo,
    client: async (port) => void (await exchange(port, 'hello')),
  },
  {
    name: 'after_data_refused',
    proxy: { upstream_connect_mode: 'ON_DOWNSTREAM_DATA', max_early_data_bytes: 100 },
    cluster: hosts(1),
    client: async (port) => void (await exchange(port, 'hello')),
  },
  {
    name: 'pauses',
    proxy: { max_connect_attempts: 3, backoff_options: { base_interval: '0.01s', max_interval: '0.02s' } },
    cluster: hosts(1),
    client: async (port) => void (await exchange(port, 'abc')),
  },
  {
    name: 'by_source',
    proxy: { hash_policy: [{ source_ip: {} }] },
    backend: echo,
    client: async (port) => void (await exchange(port, 'abc')),
  },
];

function hosts(...ports: readonly number[]): object {
  return { load_assignment: assignment(...ports) };
}

function assignment(...ports: readonly number[]): object {
  return { cluster_name: 'c', endpoints: [{ lb_endpoints: ports.map((port) => ({ endpoint: { address: loopback(port) } })) }] };
}

function bootstrap(backendPort: (name: string) => number): object {
  const format =
    '%RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %UPSTREAM_CLUSTER% %UPSTREAM_HOST% %UPSTREAM_TRANSPORT_FAILURE_REASON% ' +
    '%RESPONSE_CODE% %PROTOCOL% %RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% %UPSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% ' +
    '%ROUTE_NAME% %ACCESS_LOG_TYPE% %DOWNSTREAM_WIRE_BYTES_SENT% %DOWNSTREAM_WIRE_BYTES_RECEIVED%';
  return {
    static_resources: {
      listeners: SCENARIOS.map(({ name, proxy }) => ({
        name,
        address: loopback(0),
        filter_chains: [
          {
            filters: [
              {
                name: 'tcp',
                typed_config: {
                  '@type': `${TYPE}.filters.network.tcp_proxy.v3.TcpProxy`,
                  stat_prefix: name,
                  cluster: name,
                  access_log: [
                    {
                      name: 'file',
                      typed_config: {
                        '@type': `${TYPE}.access_loggers.file.v3.FileAccessLog`,
                        path: '%DIR%/access.log',
                        log_format: { text_format_source: { inline_string: `${name}: ${format}\n` } },
                      },
                    },
                  ],
                  ...proxy,
                },
              },
            ],
          },
        ],
      })),
      clusters: SCENARIOS.map(({ name, cluster }) => ({
        name,
        connect_timeout: '1s',
        load_assignment: assignment(backendPort(name)),
        ...cluster,
      })),
    },
  };
}

async function observe(kind: ChildProxy['kind']): Promise<Map<string, string[]>> {
  const backends = new Map<string, Server>();
  for (const { name, backend } of SCENARIOS) {
    const server = createServer({ allowHalfOpen: true }, backend ?? ignore);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    backends.set(name, server);
  }
  const portOf = (name: string): number => ((backends.get(name) as Server).address() as AddressInfo).port;
  const proxy = await startChild(kind, bootstrap(portOf));
  for (const { name, client } of SCENARIOS) await client(proxy.ports.get(name) ?? 0);
  // Connections may end a moment after the client's.
  for (;;) {
    const { body } = await proxy.admin('/stats?filter=(upstream|listener..*downstream)_cx_active');
    if (body.split('\n').every((line) => line.includes('admin') || line.includes('worker_') || /: 0$|^$/.test(line))) break;
  }
  const { body } = await proxy.admin('/stats');
  const { accessLog } = await proxy.stop();
  for (const server of backends.values()) server.close();
  const seen = new Map<string, string[]>();
  // Envoy counts a FIN that comes by itself among the early data; whether it does is the kernel's doing.
  const counters = body
    .split('\n')
    .filter((line) => !line.includes('early_data_received_count_total') && (line.startsWith('tcp.') || !/: 0$|_ms: |per_cx: /.test(line)));
  for (const { name } of SCENARIOS) {
    const prefixes = [`tcp.${name}.`, `cluster.${name === 'other_name' ? 'renamed' : name}.`];
    const counted = counters.filter((line) => prefixes.some((prefix) => line.startsWith(prefix)));
    const logged = accessLog.split('\n').filter((line) => line.startsWith(`${name}: `));
    seen.set(name, [...counted, ...logged.map((line) => line.replaceAll(/127\.0\.0\.1:(?!1\b)\d+/g, 'backend'))]);
  }
  return seen;
}

t.test('counters and log lines are those of Envoy', { skip: envoyMissing() ?? false }, async (t) => {
  const theirs = await observe('envoy');
  const ours = await observe('outrigger');
  for (const { name } of SCENARIOS) t.same(ours.get(name), theirs.get(name), name);
});
