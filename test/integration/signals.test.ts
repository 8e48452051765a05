import { existsSync, readFileSync, renameSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { httpListener, staticCluster } from '../support/bootstrap.ts';
import { serve } from '../support/command.ts';
import { get, startBackend } from '../support/http.ts';

/** A service that keeps requests until it is told to answer, behind a proxy of its own process. */
async function hanging(t: Test, ...args: string[]) {
  const held: ServerResponse[] = [];
  const arrivals: (() => void)[] = [];
  const backend = await startBackend((_, response) => {
    held.push(response);
    arrivals.shift()?.();
  });
  t.teardown(() => backend.close());
  const served = await serve(
    t,
    {
      admin: { address: { socket_address: { address: '127.0.0.1', port_value: 0 } } },
      static_resources: { listeners: [httpListener('in', 'app')], clusters: [staticCluster('app', backend.port)] },
    },
    ...args,
  );
  const arrived = () => new Promise<void>((resolve) => void arrivals.push(resolve));
  return { held, arrived, ...served };
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`${signal} lets the running request finish, fails readiness, and exits with 0`, async (t) => {
    const { command, held, arrived, port, ready } = await hanging(t);
    const admin = Number(ready.admin?.split(':').at(-1));
    t.equal((await get(admin, '/ready')).status, 200);
    const arrival = arrived();
    const answer = get(port('in'));
    await arrival;
    command.process.kill(signal);
    await command.says(/draining; once more to end at once/);
    t.match(await get(admin, '/ready'), { status: 503, body: 'DRAINING\n' });
    t.equal(command.process.exitCode, null);
    held[0]?.end('kept');
    t.match(await answer, { status: 200, body: 'kept' });
    t.equal(await command.exit, 0);
  });
}

t.test('a second signal ends at once', async (t) => {
  const { command, arrived, port } = await hanging(t);
  const arrival = arrived();
  const lost = t.rejects(get(port('in')));
  await arrival;
  command.process.kill('SIGINT');
  await command.says(/draining/);
  command.process.kill('SIGINT');
  t.equal(await command.exit, 130);
  await lost;
});

t.test('the drain time is a deadline', async (t) => {
  const { command, arrived, port } = await hanging(t, '--drain-time-s', '1');
  const arrival = arrived();
  const lost = t.rejects(get(port('in')));
  await arrival;
  command.process.kill('SIGTERM');
  t.equal(await command.exit, 0);
  await lost;
  t.match(command.stderr, /the drain time is over; 1 request will be cut off/);
});

t.test('SIGUSR1 opens the log again and starts no debugger', async (t) => {
  const { command, folder } = await hanging(t, '--log-path', '%DIR%/proxy.log', '-l', 'info');
  const log = join(folder, 'proxy.log');
  t.ok(existsSync(log));
  renameSync(log, `${log}.1`);
  command.process.kill('SIGUSR1');
  while (!existsSync(log)) await new Promise(setImmediate);
  command.process.kill('SIGTERM');
  t.equal(await command.exit, 0);
  t.match(readFileSync(log, 'utf8'), /SIGTERM: draining/);
  t.notMatch(command.stderr, /Debugger/);
});

t.test('threads drain as one proxy', async (t) => {
  const { command, held, arrived, port } = await hanging(t, '--concurrency', '2');
  const answers = [];
  for (let i = 0; i < 6; i++) {
    const arrival = arrived();
    answers.push(get(port('in')));
    await arrival;
  }
  command.process.kill('SIGTERM');
  await command.says(/draining/);
  for (const response of held) response.end('kept');
  for (const answer of answers) t.match(await answer, { status: 200, body: 'kept' });
  t.equal(await command.exit, 0);
});
