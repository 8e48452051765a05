import { once } from 'node:events';
import { connect } from 'node:net';
import t from 'tap';
import { loopback, startProxy } from '../../../test/support/proxy.ts';

t.test('a client gets back what it sent', async (t) => {
  const typed_config = { '@type': 'type.googleapis.com/envoy.extensions.filters.network.echo.v3.Echo' };
  const proxy = await startProxy({
    static_resources: {
      listeners: [{ name: 'l', address: loopback(0), filter_chains: [{ filters: [{ name: 'echo', typed_config }] }] }],
    },
  });
  t.teardown(() => proxy.stop());
  const socket = connect({ port: proxy.port(), host: '127.0.0.1', allowHalfOpen: true });
  socket.end(Buffer.alloc(3 << 20, 'abc'));
  let length = 0;
  socket.on('data', (chunk: Buffer) => {
    length += chunk.length;
  });
  await once(socket, 'end');
  t.equal(length, 3 << 20);
});
