/** 10,000 idle keep-alive connections cost at most 12 kB of resident memory each. */
import { connect, type Socket } from 'node:net';
import t from 'tap';
import { startBackend } from '../differential/backend.ts';
import { bootstrap, cluster, routes, TO_APP } from '../differential/corpus.ts';
import { startChild } from '../support/child-proxy.ts';
import { eventually, residentBytes, statValue } from '../support/process-facts.ts';

const CONNECTIONS = Number(process.env['SOAK_CONNECTIONS'] ?? 10_000);

/** Connects, has one request answered, and stays. */
function idle(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n'));
    socket.once('error', reject);
    socket.once('data', () => {
      socket.pause();
      resolve(socket);
    });
  });
}

t.test(`${CONNECTIONS} idle connections`, { timeout: 600_000 }, async (t) => {
  const backend = await startBackend();
  const config = JSON.stringify(bootstrap(routes(TO_APP), [cluster('app', [backend.port])]));
  const proxy = await startChild('built', JSON.parse(config) as object);
  const sockets: Socket[] = [];
  t.teardown(async () => {
    for (const socket of sockets) socket.destroy();
    backend.close();
    await proxy.stop();
  });
  const port = proxy.ports.get('main') ?? 0;
  const pid = proxy.process.pid ?? 0;

  // Warm: the code is compiled and the heap has grown before the first measure.
  for (let i = 0; i < 500; i++) sockets.push(await idle(port));
  const before = residentBytes(pid);
  for (let i = 0; i < CONNECTIONS; i += 100) sockets.push(...(await Promise.all(Array.from({ length: 100 }, () => idle(port)))));
  const stats = (await proxy.admin('/stats')).body;
  t.equal(statValue(stats, 'http.ingress.downstream_cx_active'), CONNECTIONS + 500, 'all of them are connected');
  const each = (residentBytes(pid) - before) / CONNECTIONS;
  t.comment(`${Math.round(each)} bytes each`);
  t.ok(each <= 12_000, `${Math.round(each)} bytes each, at most 12,000`);

  for (const socket of sockets.splice(0)) socket.destroy();
  const gone = async () => statValue((await proxy.admin('/stats')).body, 'http.ingress.downstream_cx_active') === 0;
  t.ok(await eventually(gone, 30_000), 'and all of them are gone');
});
