import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import t, { type Test } from 'tap';
import { Authority } from '../../../test/support/pki.ts';
import { loopback, startProxy, type TestProxy } from '../../../test/support/proxy.ts';
import { turns, until } from '../../../test/support/sockets.ts';

const TYPE = 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy';
const MIB = 1 << 20;
const PIECE = 65536;

interface Scene {
  readonly proxy: TestProxy;
  readonly backend: Server;
  dial(): Socket;
}

/** A proxy in front of a server that does `serve` with each connection. */
async function scene(t: Test, serve: (socket: Socket) => void, listener: object = {}, cluster: object = {}): Promise<Scene> {
  const sockets = new Set<Socket>();
  const backend = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket.on('error', () => {}));
    serve(socket);
  });
  backend.listen(0, '127.0.0.1');
  await once(backend, 'listening');
  const proxy = await startProxy({
    static_resources: {
      listeners: [
        {
          name: 'main',
          address: loopback(0),
          filter_chains: [{ filters: [{ name: 'tcp', typed_config: { '@type': TYPE, stat_prefix: 'p', cluster: 'c' } }] }],
          ...listener,
        },
      ],
      clusters: [
        {
          name: 'c',
          load_assignment: {
            cluster_name: 'c',
            endpoints: [{ lb_endpoints: [{ endpoint: { address: loopback((backend.address() as AddressInfo).port) } }] }],
          },
          ...cluster,
        },
      ],
    },
  });
  t.teardown(async () => {
    for (const socket of sockets) socket.destroy();
    backend.close();
    await proxy.stop();
  });
  return {
    proxy,
    backend,
    dial() {
      const socket = connect({ port: proxy.port(), host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {});
      sockets.add(socket);
      return socket;
    },
  };
}

/** Sends `size` bytes that differ from chunk to chunk, then FIN. Answers their digest. */
function pour(socket: Socket, size: number, seed: string): string {
  let sent = 0;
  const more = (): void => {
    while (sent < size) {
      const chunk = piece(seed, sent);
      sent += chunk.length;
      if (!socket.write(chunk)) {
        socket.once('drain', more);
        return;
      }
    }
    socket.end();
  };
  more();
  const hash = createHash('sha256');
  for (let at = 0; at < size; at += PIECE) hash.update(piece(seed, at));
  return hash.digest('hex');
}

function piece(seed: string, at: number): Buffer {
  const chunk = Buffer.alloc(PIECE, seed);
  chunk.writeUInt32LE(at, 0);
  return chunk;
}

/** Digest of everything that comes. */
async function digest(socket: Socket): Promise<string> {
  const hash = createHash('sha256');
  socket.on('data', (chunk: Buffer) => hash.update(chunk));
  await once(socket, 'end');
  return hash.digest('hex');
}

t.test('large transfers arrive whole, both ways at once', async (t) => {
  let expected = '';
  let got = '';
  const { proxy, dial } = await scene(t, (socket) => {
    expected = pour(socket, 24 * MIB, 'down');
    void digest(socket).then((value) => {
      got = value;
    });
  });
  const socket = dial();
  const down = digest(socket);
  const up = pour(socket, 24 * MIB, 'up');
  t.equal(await down, expected);
  await until(() => got !== '', 'the upload');
  t.equal(got, up);
  await until(() => proxy.stat('cluster.c.upstream_cx_active') === 0, 'the end');
  t.equal(proxy.stat('tcp.p.downstream_cx_rx_bytes_total'), 24 * MIB);
  t.equal(proxy.stat('tcp.p.downstream_cx_tx_bytes_total'), 24 * MIB);
  t.equal(proxy.stat('cluster.c.upstream_cx_tx_bytes_total'), 24 * MIB);
});

t.test('a client that does not read stops the host, and memory stays bounded', async (t) => {
  let produced = 0;
  let full = false;
  const { proxy, dial } = await scene(t, (socket) => {
    const chunk = Buffer.alloc(65536, 'x');
    const more = (): void => {
      while (produced < 512 * MIB) {
        produced += chunk.length;
        if (!socket.write(chunk)) {
          full = true;
          socket.once('drain', more);
          return;
        }
      }
    };
    more();
  });
  const socket = dial();
  socket.write('go');
  socket.pause();
  await until(() => full && proxy.stat('cluster.c.upstream_flow_control_paused_reading_total') > 0, 'back-pressure');
  // What still moves are kernel buffers filling up.
  for (let before = -1; before !== produced; ) {
    before = produced;
    await turns(2000);
  }
  t.ok(produced < 64 * MIB, `${produced} bytes were taken from the host`);
  t.equal(proxy.stat('cluster.c.upstream_flow_control_resumed_reading_total') < 200, true);
  const stoppedAt = produced;
  socket.resume();
  await until(() => produced > stoppedAt + 8 * MIB, 'the host to go on');
  t.ok(proxy.stat('cluster.c.upstream_flow_control_resumed_reading_total') > 0);
});

t.test('a host that does not read stops the client', async (t) => {
  const { proxy, dial } = await scene(t, (socket) => socket.pause());
  const socket = dial();
  const chunk = Buffer.alloc(65536, 'x');
  let taken = 0;
  const more = (): void => {
    while (taken < 512 * MIB) {
      taken += chunk.length;
      if (!socket.write(chunk)) {
        socket.once('drain', more);
        return;
      }
    }
  };
  more();
  await until(() => proxy.stat('tcp.p.downstream_flow_control_paused_reading_total') > 0, 'back-pressure');
  for (let before = -1; before !== taken; ) {
    before = taken;
    await turns(2000);
  }
  t.ok(taken < 64 * MIB, `${taken} bytes were taken from the client`);
});

t.test('either side may end and still hear the other', async (t) => {
  const { dial } = await scene(t, (socket) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    socket.on('end', () => socket.end(`you said ${text}`));
  });
  const socket = dial();
  socket.end('hello');
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await once(socket, 'end');
  t.equal(text, 'you said hello');
});

t.test('a host that ended still gets what the client sends', async (t) => {
  let text = '';
  let ended = false;
  const { dial } = await scene(t, (socket) => {
    socket.end('closing time');
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    socket.on('end', () => {
      ended = true;
    });
  });
  const socket = dial();
  socket.resume();
  await once(socket, 'end');
  socket.end('one more thing');
  await until(() => ended, 'the end');
  t.equal(text, 'one more thing');
});

t.test('what a client sent before it left reaches a slow host', async (t) => {
  let received = 0;
  let host: Socket | null = null;
  const { proxy, dial } = await scene(t, (socket) => {
    host = socket.pause();
    socket.end();
  });
  const socket = dial();
  socket.resume();
  await once(socket, 'end');
  socket.end(Buffer.alloc(4 * MIB, 'x'));
  await until(() => proxy.stat('tcp.p.downstream_cx_rx_bytes_total') > 0, 'bytes');
  const slow = host as unknown as Socket;
  slow.on('data', (chunk: Buffer) => {
    received += chunk.length;
  });
  slow.resume();
  await until(() => received === 4 * MIB, 'everything');
  await until(() => proxy.stat('cluster.c.upstream_cx_active') === 0, 'the end');
  t.equal(proxy.stat('tcp.p.upstream_flush_active'), 0);
});

t.test('clients that leave while the connection is being made are given up', async (t) => {
  const { proxy, dial } = await scene(t, (socket) => socket.resume());
  for (let i = 0; i < 50; i++) dial().resetAndDestroy();
  await until(() => proxy.stat('listener.main.downstream_cx_active') === 0 && proxy.stat('cluster.c.upstream_cx_active') === 0, 'silence');
  t.equal(proxy.stat('cluster.c.upstream_rq_active'), 0);
  t.equal(proxy.stat('cluster.c.upstream_rq_pending_active'), 0);
  t.equal(proxy.stat('cluster.c.circuit_breakers.default.cx_open'), 0);
});

t.test('connections of a cluster that is taken away go on, and are counted to their end', async (t) => {
  const { proxy, dial } = await scene(t, (socket) => socket.pipe(socket));
  const socket = dial();
  socket.write('a');
  await once(socket, 'data');
  await proxy.runtime.apply({ origin: 'static', set: [], remove: [{ type: 'envoy.config.cluster.v3.Cluster', name: 'c' }] });
  t.equal(proxy.stat('cluster.c.upstream_cx_active'), 1);
  socket.write('b');
  const [echoed] = (await once(socket, 'data')) as [Buffer];
  t.equal(echoed.toString(), 'b');
  socket.end();
  await once(socket, 'close');
  await until(() => proxy.stat('cluster.c.upstream_cx_active') === 0, 'the count to go back');
  const late = dial();
  await once(late.resume(), 'end');
  t.equal(proxy.stat('tcp.p.downstream_cx_no_route'), 1);
});

t.test('large transfers over mTLS between two proxies arrive whole, both ways at once, each side ending when it is done', async (t) => {
  const authority = new Authority('root');
  const identity = authority.issue({ sans: ['URI:spiffe://td/ns/a/sa/b'] });
  const tls = (message: string, more: object): object => ({
    name: 'tls',
    typed_config: {
      '@type': `type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.${message}`,
      common_tls_context: {
        tls_params: { tls_maximum_protocol_version: 'TLSv1_3' },
        tls_certificates: [{ certificate_chain: { inline_string: identity.certificate }, private_key: { inline_string: identity.key } }],
        validation_context: { trusted_ca: { inline_string: authority.certificate } },
      },
      ...more,
    },
  });
  let expected = '';
  let got = '';
  const filters = [{ name: 'tcp', typed_config: { '@type': TYPE, stat_prefix: 'p', cluster: 'c' } }];
  const chain = { filters, transport_socket: tls('DownstreamTlsContext', { require_client_certificate: true }) };
  const inner = await scene(
    t,
    (socket) => {
      expected = pour(socket, 8 * MIB, 'down');
      void digest(socket).then((value) => {
        got = value;
      });
    },
    { filter_chains: [chain] },
  );
  const hop = { endpoint: { address: loopback(inner.proxy.port()) } };
  const outer = await scene(
    t,
    () => {},
    {},
    {
      transport_socket: tls('UpstreamTlsContext', {}),
      load_assignment: { cluster_name: 'c', endpoints: [{ lb_endpoints: [hop] }] },
    },
  );
  const socket = outer.dial();
  const down = digest(socket);
  const up = pour(socket, 16 * MIB, 'up');
  t.equal(await down, expected);
  await until(() => got !== '', 'the upload');
  t.equal(got, up);
  await until(() => outer.proxy.stat('cluster.c.upstream_cx_active') === 0, 'the end');
  await until(() => inner.proxy.stat('cluster.c.upstream_cx_active') === 0, 'the end behind it');
  t.equal(inner.proxy.stat('tcp.p.downstream_cx_rx_bytes_total'), 16 * MIB);
  t.equal(inner.proxy.stat('tcp.p.downstream_cx_tx_bytes_total'), 8 * MIB);
  t.equal(outer.proxy.stat('cluster.c.ssl.handshake'), 1);
});

t.test('a client that does not read stops the host, over mTLS too', async (t) => {
  const authority = new Authority('root');
  const { certificate, key } = authority.issue({ sans: ['DNS:a.test'] });
  let produced = 0;
  let full = false;
  const chain = {
    filters: [{ name: 'tcp', typed_config: { '@type': TYPE, stat_prefix: 'p', cluster: 'c' } }],
    transport_socket: {
      name: 'tls',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
        common_tls_context: {
          tls_certificates: [{ certificate_chain: { inline_string: certificate }, private_key: { inline_string: key } }],
        },
      },
    },
  };
  const { proxy } = await scene(
    t,
    (socket) => {
      const chunk = Buffer.alloc(65536, 'x');
      const more = (): void => {
        while (produced < 512 * MIB) {
          produced += chunk.length;
          if (!socket.write(chunk)) {
            full = true;
            socket.once('drain', more);
            return;
          }
        }
      };
      more();
    },
    { filter_chains: [chain] },
  );
  const socket = connectTls({ port: proxy.port(), host: '127.0.0.1', rejectUnauthorized: false }).on('error', () => {});
  t.teardown(() => socket.destroy());
  socket.write('go');
  socket.pause();
  await until(() => full && proxy.stat('cluster.c.upstream_flow_control_paused_reading_total') > 0, 'back-pressure');
  for (let before = -1; before !== produced; ) {
    before = produced;
    await turns(2000);
  }
  t.ok(produced < 64 * MIB, `${produced} bytes were taken from the host`);
  const stoppedAt = produced;
  socket.resume();
  await until(() => produced > stoppedAt + 8 * MIB, 'the host to go on');
});
