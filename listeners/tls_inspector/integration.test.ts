/** Hellos through the whole proxy: what never completes, what is refused, and a crowd that leaves in the middle. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import t from 'tap';
import { HTTP_INSPECTOR, TLS_INSPECTOR } from '../../test/support/accept-probes.ts';
import { clientHello } from '../../test/support/client-hello.ts';
import { loopback, startProxy, type TestProxy } from '../../test/support/proxy.ts';
import { until } from '../../test/support/sockets.ts';

const TYPE = 'type.googleapis.com/envoy.extensions';

function answer(name: string, match: object | null): object {
  const manager = {
    '@type': `${TYPE}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: name,
    route_config: {
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          routes: [{ match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: name } } }],
        },
      ],
    },
    http_filters: [{ name: 'router', typed_config: { '@type': `${TYPE}.filters.http.router.v3.Router` } }],
  };
  return { name, ...(match === null ? {} : { filter_chain_match: match }), filters: [{ name: 'hcm', typed_config: manager }] };
}

function start(more: object): Promise<TestProxy> {
  return startProxy({
    static_resources: {
      listeners: [
        {
          name: 'l',
          address: loopback(0),
          listener_filters: [TLS_INSPECTOR, HTTP_INSPECTOR],
          filter_chains: [
            answer('tls', { transport_protocol: 'tls' }),
            answer('http', { application_protocols: ['http/1.1'] }),
            answer('tcp', null),
          ],
          ...more,
        },
      ],
    },
  });
}

function dial(proxy: TestProxy): Socket {
  return connect({ port: proxy.port(), host: '127.0.0.1', noDelay: true }).on('error', () => {});
}

/** However it ends. */
function closeOf(socket: Socket): Promise<unknown> {
  return new Promise((resolve) => socket.once('close', resolve));
}

const stat = (proxy: TestProxy, name: string): number => proxy.stat(`listener.127.0.0.1_0.${name}`);
const HELLO = clientHello({ serverName: 'a.test', alpn: ['h2'] });

t.test('a hello that never completes is closed when the time is over, or goes on without it', async (t) => {
  const strict = await start({ listener_filters_timeout: '0.2s' });
  t.teardown(() => strict.stop());
  const closed = dial(strict);
  closed.resume().write(HELLO.subarray(0, 50));
  await closeOf(closed);
  t.equal(stat(strict, 'downstream_pre_cx_timeout'), 1);
  t.equal(stat(strict, 'downstream_cx_total'), 0);
  t.equal(stat(strict, 'downstream_pre_cx_active'), 0);

  const lenient = await start({ listener_filters_timeout: '0.2s', continue_on_listener_filters_timeout: true });
  t.teardown(() => lenient.stop());
  const passed = dial(lenient);
  passed.write(HELLO.subarray(0, 50));
  const [data] = (await once(passed, 'data')) as [Buffer];
  t.match(data.toString('latin1'), /^HTTP\/1.1 400 /, 'half a hello is no request');
  t.equal(stat(lenient, 'downstream_pre_cx_timeout'), 1);
  t.equal(lenient.stat('http.tcp.downstream_cx_total'), 1);
});

t.test('without a timeout a client may take its time', async (t) => {
  const proxy = await start({ listener_filters_timeout: '0s' });
  t.teardown(() => proxy.stop());
  const socket = dial(proxy);
  const request = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
  for (const byte of request) {
    socket.write(byte);
    await new Promise(setImmediate);
  }
  const [data] = (await once(socket, 'data')) as [Buffer];
  t.match(data.toString('latin1'), /\r\n\r\nhttp$/);
  socket.destroy();
});

t.test('five hundred clients that leave at any moment leave nothing behind', async (t) => {
  // A kernel with tens of thousands of sockets in TIME_WAIT may lose a FIN for good; then the timeout has to do.
  const proxy = await start({ listener_filters_timeout: '2s' });
  t.teardown(() => proxy.stop());
  const inputs = [
    HELLO,
    HELLO.subarray(0, 7),
    Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\n'),
    Buffer.from('GET /'),
    Buffer.from([22]),
    Buffer.alloc(0),
    Buffer.alloc(20_000, 1),
  ];
  const gone: Promise<unknown>[] = [];
  for (let i = 0; i < 500; i++) {
    const socket = dial(proxy);
    gone.push(closeOf(socket));
    socket.resume();
    socket.write(inputs[i % inputs.length] as Buffer, () => {
      if (i % 3 === 0) socket.resetAndDestroy();
      else if (i % 3 === 1) socket.end();
      else setImmediate(() => socket.destroy());
    });
    if (i % 20 === 0) await new Promise(setImmediate);
  }
  await Promise.all(gone);
  await until(() => stat(proxy, 'downstream_pre_cx_active') === 0 && stat(proxy, 'downstream_cx_active') === 0, 'everybody to be gone');
  const [status] = await proxy.view.listeners();
  t.equal(status?.name, 'l');
  const socket = dial(proxy);
  socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
  const [data] = (await once(socket, 'data')) as [Buffer];
  t.match(data.toString('latin1'), /^HTTP\/1.1 200 /, 'and the proxy serves');
  socket.destroy();
});
