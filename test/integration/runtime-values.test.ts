/** Runtime values, counters and limits with two worker threads: what the admin changes holds in each of them. */
import { connect, type Socket } from 'node:net';
import t from 'tap';
import { type ChildProxy, loopback, startChild } from '../support/child-proxy.ts';

const type = (name: string) => `type.googleapis.com/envoy.extensions.${name}`;

const FILE = {
  layered_runtime: { layers: [{ name: 'admin', admin_layer: {} }] },
  overload_manager: {
    resource_monitors: [
      {
        name: 'envoy.resource_monitors.global_downstream_max_connections',
        typed_config: {
          '@type': type('resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig'),
          max_active_downstream_connections: 8,
        },
      },
    ],
  },
  static_resources: {
    listeners: [
      {
        name: 'in',
        stat_prefix: 'in',
        address: loopback(0),
        filter_chains: [
          {
            filters: [
              {
                name: 'hcm',
                typed_config: {
                  '@type': type('filters.network.http_connection_manager.v3.HttpConnectionManager'),
                  stat_prefix: 'in',
                  route_config: {
                    virtual_hosts: [
                      {
                        name: 'all',
                        domains: ['*'],
                        routes: [
                          {
                            match: { prefix: '/', runtime_fraction: { default_value: { numerator: 0 }, runtime_key: 'share' } },
                            direct_response: { status: 201 },
                          },
                          { match: { prefix: '/' }, direct_response: { status: 200 } },
                        ],
                      },
                    ],
                  },
                  http_filters: [{ name: 'router', typed_config: { '@type': type('filters.http.router.v3.Router') } }],
                },
              },
            ],
          },
        ],
      },
    ],
  },
};

async function start(t: { teardown(end: () => Promise<unknown>): void }): Promise<ChildProxy> {
  const proxy = await startChild('outrigger', FILE, ['--concurrency', '2']);
  t.teardown(() => proxy.stop());
  return proxy;
}

/** Statuses of so many requests, each on a connection of its own: the kernel spreads them over the workers. */
async function statuses(proxy: ChildProxy, requests: number): Promise<string> {
  const seen = new Set<number>();
  for (let i = 0; i < requests; i++) {
    const response = await fetch(`http://127.0.0.1:${proxy.ports.get('in')}/`, { headers: { connection: 'close' } });
    await response.text();
    seen.add(response.status);
  }
  return [...seen].join();
}

async function workers(proxy: ChildProxy): Promise<number[]> {
  const { body } = await proxy.admin('/stats?filter=^listener.in.worker_.*cx_total');
  return body
    .trim()
    .split('\n')
    .map((line) => Number(line.split(': ')[1]));
}

t.test('a value that is set holds in every worker when the answer comes', async (t) => {
  const proxy = await start(t);
  t.equal(await statuses(proxy, 30), '200');
  t.equal((await proxy.admin('/runtime_modify?share=100', 'POST')).body, 'OK\n');
  t.equal(await statuses(proxy, 30), '201');
  await proxy.admin('/runtime_modify?share=', 'POST');
  t.equal(await statuses(proxy, 30), '200');
  t.ok(
    (await workers(proxy)).every((n) => n > 0),
    'both had their share of the requests',
  );
});

t.test('the counters of every worker start again', async (t) => {
  const proxy = await start(t);
  await statuses(proxy, 30);
  await proxy.admin('/reset_counters', 'POST');
  t.equal((await proxy.admin('/stats?filter=^http.in.downstream_rq_total$')).body, 'http.in.downstream_rq_total: 0\n');
  await statuses(proxy, 3);
  t.equal((await proxy.admin('/stats?filter=^http.in.downstream_rq_total$')).body, 'http.in.downstream_rq_total: 3\n');
});

t.test('a limit of connections is one for all workers', async (t) => {
  const proxy = await start(t);
  const sockets: Socket[] = [];
  const outcome: string[] = [];
  for (let i = 0; i < 12; i++) {
    const socket = connect({ port: proxy.ports.get('in') as number, host: '127.0.0.1' });
    socket.on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    outcome.push(
      await new Promise<string>((resolve) => {
        socket.once('data', () => resolve('taken'));
        socket.once('close', () => resolve('refused'));
      }),
    );
    sockets.push(socket);
  }
  t.equal(outcome.filter((each) => each === 'taken').length, 8);
  t.same(outcome.slice(8), ['refused', 'refused', 'refused', 'refused']);
  for (const socket of sockets) socket.destroy();
});
