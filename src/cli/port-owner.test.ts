import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import t from 'tap';
import { portOwner } from './port-owner.ts';

t.test('the process that listens is found', { skip: !existsSync('/proc/net/tcp') }, async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  t.match(portOwner(port), new RegExp(`^process ${process.pid} \\(`));
});

t.test('a port without a listener has no owner', (t) => {
  t.equal(portOwner(1), null);
  t.end();
});
