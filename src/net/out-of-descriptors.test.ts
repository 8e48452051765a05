import { spawn } from 'node:child_process';
import { on } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import t from 'tap';
import { until } from '../../test/support/sockets.ts';

interface Report {
  readonly held: number;
  readonly errors: number;
  readonly cpuMs: number;
}

t.test('a process without free descriptors drops what it cannot accept, does not spin, and recovers', { timeout: 60_000 }, async (t) => {
  const script = join(import.meta.dirname, '../../test/support/accept-child.ts');
  const child = spawn('sh', ['-c', `ulimit -n 48 && exec "$0" "$1"`, process.execPath, script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const sockets: Socket[] = [];
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    child.kill();
  });
  const lines = on(createInterface({ input: child.stdout }), 'line');
  const next = async (): Promise<string> => String((await lines.next()).value?.[0]);
  const ask = async (what: string): Promise<Report> => {
    child.stdin.write(`${what}\n`);
    return JSON.parse(await next()) as Report;
  };
  const port = Number(await next());
  let closed = 0;
  const dial = (): Socket => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => {});
    socket.on('close', () => closed++);
    sockets.push(socket);
    return socket;
  };

  for (let i = 0; i < 100; i++) dial();
  await until(() => closed > 40, 'those beyond the limit to be closed');
  const full = await ask('report');
  t.ok(full.held > 5 && full.held < 48, `${full.held} connections are held`);
  t.equal(full.held + closed, 100, 'and every other one was closed');

  // Out of descriptors and with new connections waiting, a second of wall time must cost next to none of CPU.
  for (let i = 0; i < 20; i++) dial();
  const end = performance.now() + 1000;
  await until(() => performance.now() > end, 'a second');
  const after = await ask('report');
  t.ok(after.cpuMs - full.cpuMs < 300, `${Math.round(after.cpuMs - full.cpuMs)} ms of CPU`);
  t.equal(closed, 120 - full.held);

  await ask('free');
  await until(() => closed === 120, 'the held ones to be closed');
  dial();
  let held = 0;
  while (held === 0) held = (await ask('report')).held;
  t.equal(held, 1, 'connections are accepted again');
});
