/** `outrigger run --from … --to … -- program`, and the same with a file. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { httpListener, staticCluster } from '../support/bootstrap.ts';
import { Command, folderWith, runToEnd, start } from '../support/command.ts';
import { get, startBackend } from '../support/http.ts';

const NODE = process.execPath;
const FETCH = "fetch(process.env.OUTRIGGER_URL + '/a').then(async (r) => console.log(r.status, await r.text()), console.log)";

t.test('a program runs when the proxy is ready, and its exit code is that of the command', async (t) => {
  const backend = await startBackend();
  t.teardown(() => backend.close());
  const pair = ['--from', ':0', '--to', `localhost:${backend.port}`];
  const { code, stdout } = await runToEnd('run', ...pair, '-l', 'warning', '--', NODE, '-e', `process.exitCode = 7; ${FETCH}`);
  t.equal(stdout, '200 /a\n');
  t.equal(code, 7);
  t.equal(backend.requests.length, 1);
});

t.test('the program finds the real addresses of every listener', async (t) => {
  const bootstrap = {
    admin: { address: { socket_address: { address: '127.0.0.1', port_value: 0 } } },
    static_resources: { listeners: [httpListener('in', 'app'), httpListener('out-2', 'app')], clusters: [staticCluster('app', 9)] },
  };
  const file = join(folderWith(t, { 'envoy.json': JSON.stringify(bootstrap) }), 'envoy.json');
  const print = "console.log(JSON.stringify(Object.fromEntries(Object.entries(process.env).filter(([k]) => k.startsWith('OUTRIGGER_')))))";
  const { code, stdout } = await runToEnd('run', '-c', file, '-l', 'off', '--', NODE, '-e', print);
  t.equal(code, 0);
  const found = JSON.parse(stdout) as Record<string, string>;
  const ready = JSON.parse(found['OUTRIGGER_READY'] ?? '') as { admin: string; listeners: Record<string, string[]> };
  const [address = ''] = ready.listeners['in'] ?? [];
  t.match(found, {
    OUTRIGGER_URL: `http://${address}`,
    OUTRIGGER_ADDRESS: address,
    OUTRIGGER_PORT: address.split(':')[1],
    OUTRIGGER_PORT_IN: address.split(':')[1],
    OUTRIGGER_ADDRESS_OUT_2: ready.listeners['out-2']?.[0],
    OUTRIGGER_ADMIN: ready.admin,
  });
});

t.test('several pairs, each to its own service; names and ports only are understood', async (t) => {
  const [one, two] = [await startBackend((_, r) => void r.end('one')), await startBackend((_, r) => void r.end('two'))];
  t.teardown(() => one.close());
  t.teardown(() => two.close());
  const pairs = ['--from', ':0', '--to', `:${one.port}`, '--from', 'localhost:0', '--to', `http://127.0.0.1:${two.port}`];
  const { port, ready } = await start(t, folderWith(t, {}), ...pairs);
  t.ok(ready.admin);
  t.match(await get(port('in_1')), { status: 200, body: 'one' });
  t.match(await get(port('in_2')), { status: 200, body: 'two' });
});

t.test('what is wrong with a pair is said in the words of the command line', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  t.match(await runToEnd('--from', `:${port}`, '--to', ':1'), {
    code: 1,
    stderr: new RegExp(`^error  --from :${port}: cannot bind .* in use; process ${process.pid} .*choose another port`),
  });
  t.match(await runToEnd('--from', ':0', '--to', 'https://web.test'), { code: 1, stderr: /UpstreamTlsContext/ });
  t.match(await runToEnd('--from', ':0', '--to', 'nowhere.invalid:80'), {
    code: 1,
    stderr: /nothing is known about the name "nowhere\.invalid"/,
  });
});

t.test('signals reach the program, while the proxy serves on', async (t) => {
  const backend = await startBackend();
  t.teardown(() => backend.close());
  const script = `process.on('SIGTERM', async () => {
    const answer = await fetch(process.env.OUTRIGGER_URL);
    console.error('told to end', answer.status);
    process.exit(3);
  });
  setInterval(() => {}, 1000);
  console.error('runs');`;
  const command = new Command(['run', '--from', ':0', '--to', `:${backend.port}`, '-l', 'off', '--', NODE, '-e', script]);
  await command.says(/runs/);
  command.process.kill('SIGTERM');
  t.equal(await command.exit, 3);
  t.match(command.stderr, 'told to end 200');
});

t.test('a program that a signal ends, and one that cannot be run, answer as in a shell', async (t) => {
  const run = ['run', '--from', ':0', '--to', ':9', '-l', 'off', '--'];
  t.equal((await runToEnd(...run, NODE, '-e', "process.kill(process.pid, 'SIGKILL')")).code, 137);
  t.match(await runToEnd(...run, '/no/such/program'), { code: 127, stderr: /cannot run \/no\/such\/program: there is no such program/ });
  t.match(await runToEnd(...run, folderWith(t, {})), { code: 126 });
});

t.test('nothing runs beside a proxy that cannot start', async (t) => {
  const { code, stdout } = await runToEnd('run', '-c', '/no/such.yaml', '--', NODE, '-e', "console.log('ran')");
  t.equal(code, 1);
  t.equal(stdout, '');
});

t.test('a harness reads where it listens from a descriptor', async (t) => {
  const command = new Command(['--from', ':0', '--to', ':9', '--ready-fd', '1', '-l', 'off']);
  t.teardown(() => command.process.kill('SIGKILL'));
  while (!command.stdout.includes('\n')) await once(command.process.stdout as NodeJS.ReadableStream, 'data');
  const ready = JSON.parse(command.stdout) as { pid: number; listeners: { in: string[] } };
  t.equal(ready.pid, command.process.pid);
  t.match(ready.listeners.in, [/^127\.0\.0\.1:\d+$/]);
  t.match(await runToEnd('--from', ':0', '--to', ':9', '--ready-fd', '77'), { code: 1, stderr: /--ready-fd 77 is not open/ });
});

t.test('wait ends when the proxy is ready, or gives up', async (t) => {
  const folder = folderWith(t, {});
  const address = join(folder, 'admin');
  const waiting = runToEnd('wait', '--admin-address-path', address);
  const { ready } = await start(t, folder, '--from', ':0', '--to', ':9', '--admin-address-path', address);
  t.same(await waiting, { code: 0, stdout: '', stderr: '' });
  t.equal((await runToEnd('wait', ready.admin ?? '')).code, 0);
  t.equal((await runToEnd('wait', `http://${ready.admin}/ready`)).code, 0);
  t.match(await runToEnd('wait', `http://${ready.admin}/nothing`, '--timeout', '0'), {
    code: 1,
    stderr: /not ready after 0 s; .*answered 404/,
  });
  t.match(await runToEnd('wait', ':1', '--timeout', '0'), {
    code: 1,
    stderr: /not ready after 0 s; http:\/\/127\.0\.0\.1:1\/ready: ECONNREFUSED/,
  });
  t.match(await runToEnd('wait', 'https://x'), { code: 1, stderr: /is no http URL/ });
});
