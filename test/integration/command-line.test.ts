import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { httpListener, staticCluster } from '../support/bootstrap.ts';
import { folderWith, runToEnd, serve } from '../support/command.ts';

const GOOD = { static_resources: { listeners: [httpListener('in', 'app')], clusters: [staticCluster('app', 9)] } };

t.test('a good configuration is OK, in both spellings of the command', async (t) => {
  const file = join(folderWith(t, { 'good.json': JSON.stringify(GOOD) }), 'good.json');
  t.same(await runToEnd('--mode', 'validate', '-c', file), { code: 0, stdout: `configuration '${file}' OK\n`, stderr: '' });
  t.equal((await runToEnd('validate', '-c', file, '--concurrency', '4')).code, 0);
  t.match(await runToEnd('--mode', 'init_only', '-c', file), { code: 0, stdout: '' });
});

t.test('validating binds no port', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const config = { static_resources: { listeners: [httpListener('in', 'app', { port })], clusters: [staticCluster('app', 9)] } };
  t.match(await runToEnd('validate', '--config-yaml', JSON.stringify(config)), { code: 0, stdout: "configuration '--config-yaml' OK\n" });
  const { code, stderr } = await runToEnd('--config-yaml', JSON.stringify(config));
  t.equal(code, 1);
  t.match(stderr, /static_resources\.listeners\[0\]\.address/);
  t.match(stderr, new RegExp(`cannot bind '127\\.0\\.0\\.1:${port}': .*in use; process ${process.pid} \\(.*\\) listens there`));
});

t.test('every mistake of a file is shown at its place', async (t) => {
  const text = [
    'static_resources:',
    '  clusters:',
    '    - name: app',
    '      type: STATIC',
    '      conect_timeout: 1s',
    '    - name: app',
    '      lb_policy: ROUNDROBIN',
  ].join('\n');
  const file = join(folderWith(t, { 'bad.yaml': text }), 'bad.yaml');
  const { code, stdout, stderr } = await runToEnd('validate', '-c', file);
  t.equal(code, 1);
  t.equal(stdout, '');
  t.match(stderr, `${file}:5:7  error  static_resources.clusters[0]`);
  t.match(stderr, 'did you mean "connect_timeout"?');
  t.match(stderr, `${file}:7:`);
  t.match(stderr, /2 errors/);
});

t.test('what only the data path can refuse has a place, too', async (t) => {
  const text = [
    'static_resources:',
    '  clusters:',
    '    - name: app',
    '      type: STRICT_DNS',
    'stats_sinks:',
    '  - name: envoy.stat_sinks.statsd',
  ].join('\n');
  const file = join(folderWith(t, { 'bad.yaml': text }), 'bad.yaml');
  const { code, stderr } = await runToEnd('validate', '-c', file);
  t.equal(code, 1);
  t.match(stderr, `${file}:4:7  error  static_resources.clusters[0].type`);
  t.match(stderr, `${file}:5:1  error  stats_sinks`);
});

t.test('a file that is not there, and flags that nobody knows, end with 1', async (t) => {
  t.match(await runToEnd('-c', '/no/such.yaml'), { code: 1, stderr: /cannot read \/no\/such\.yaml: there is no such file/ });
  t.match(await runToEnd('-c', 'x.yaml', '--log-levl', 'info'), {
    code: 1,
    stderr: 'outrigger: unknown flag --log-levl; did you mean --log-level?\n',
  });
  t.match(await runToEnd(), { code: 1, stderr: /no configuration/ });
});

t.test('help and version go to stdout', async (t) => {
  t.match(await runToEnd('--help'), { code: 0, stdout: /^outrigger \d+\.\d+\.\d+: a sidecar proxy/, stderr: '' });
  t.match(await runToEnd('--version'), {
    code: 0,
    stdout: /^outrigger \d+\.\d+\.\d+ \(Node 26\.\d+\.\d+, as Envoy 1\.40\.0\)\n$/,
    stderr: '',
  });
});

t.test('people see where it listens, programs read it from a file', async (t) => {
  const { command, ready, port } = await serve(t, GOOD);
  t.equal(ready.pid, command.process.pid);
  t.ok(port('in') > 0);
  await command.says(/ready in \d+ ms/);
  t.match(command.stderr, `in  http://127.0.0.1:${port('in')}  -> app (127.0.0.1:9)`);
  t.match(command.stderr, `curl http://127.0.0.1:${port('in')}/`);
  t.equal(command.stdout, '');
});

t.test('at level warning a start says nothing', async (t) => {
  const { command } = await serve(t, GOOD, '-l', 'warning');
  command.process.kill('SIGTERM');
  t.equal(await command.exit, 0);
  t.equal(command.stderr, '');
});
