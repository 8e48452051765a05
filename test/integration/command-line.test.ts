import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { httpListener, staticCluster } from '../support/bootstrap.ts';
import { folderWith, runToEnd, runWith, serve } from '../support/command.ts';

// Many processes, one after the other; a machine that is busy with other tests takes its time.
t.setTimeout(120_000);

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
  t.match(stderr, /\[1\]\.name\n.*\n.*two clusters are called "app"/);
  t.match(stderr, /3 errors/);
});

t.test('what only the data path can refuse has a place, too', async (t) => {
  const text = [
    'static_resources:',
    '  clusters:',
    '    - name: app',
    '      lb_policy: CLUSTER_PROVIDED',
    'stats_sinks:',
    '  - name: envoy.stat_sinks.statsd',
  ].join('\n');
  const file = join(folderWith(t, { 'bad.yaml': text }), 'bad.yaml');
  const { code, stderr } = await runToEnd('validate', '-c', file);
  t.equal(code, 1);
  t.match(stderr, `${file}:4:7  error  static_resources.clusters[0].lb_policy`);
  t.match(stderr, `${file}:5:1  error  stats_sinks`);
});

t.test('validate takes several files, and reports for programs', async (t) => {
  const folder = folderWith(t, {
    'good.yaml': 'deferred_stat_options: {}\nnode: { id: a }\n',
    'bad.yaml': 'admin:\n  adress: {}\nstatic_resources: { clusters: [{ name: a, type: STATIK, connect_timeout: 0s }] }\n',
  });
  const [good, bad] = [join(folder, 'good.yaml'), join(folder, 'bad.yaml')];
  const text = await runToEnd('validate', good, bad);
  t.equal(text.code, 1);
  t.equal(text.stdout, `configuration '${good}' OK\n`);
  t.match(text.stderr, `${good}:1:1  warning  deferred_stat_options\n    1 | deferred_stat_options: {}\n`);
  t.match(text.stderr, /3 errors/);

  const { code, stdout, stderr } = await runToEnd('validate', good, bad, '--format', 'json');
  t.equal(code, 1);
  t.equal(stderr, '');
  t.match(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    [
      {
        configuration: good,
        valid: true,
        findings: [{ severity: 'warning', file: good, line: 1, column: 1, path: 'deferred_stat_options' }],
      },
      {
        configuration: bad,
        valid: false,
        findings: [
          {
            severity: 'error',
            file: bad,
            line: 2,
            column: 3,
            code: 'unknown_field',
            path: 'admin.adress',
            hint: 'did you mean "address"?',
          },
          { code: 'bad_enum', line: 3, path: 'static_resources.clusters[0].type', hint: 'did you mean "STATIC"?' },
          { code: 'bad_value', line: 3, path: 'static_resources.clusters[0].connect_timeout' },
        ],
      },
    ],
  );
});

t.test('one mistake is one error: what only follows from it is not reported', async (t) => {
  const config = {
    static_resources: {
      listeners: [httpListener('in', 'app'), httpListener('other', 'nobody')],
      clusters: [{ name: 'app', foo: 1, type: 'LOGICAL_DNS' }],
    },
  };
  const { code, stderr } = await runToEnd('validate', '--config-yaml', JSON.stringify(config));
  t.equal(code, 1);
  t.match(stderr, /unknown field "foo"/);
  t.match(stderr, /unknown cluster 'nobody'/);
  t.notMatch(stderr, /unknown cluster 'app'/);
});

t.test('unknown fields are let through when asked for, and named', async (t) => {
  const { code, stdout, stderr } = await runToEnd('validate', '--config-yaml', '{ foo: 1 }', '--allow-unknown-static-fields');
  t.match(
    { code, stdout, stderr },
    { code: 0, stdout: /OK/, stderr: /:1:1 {2}warning {2}foo\n[\s\S]*\^ unknown field, skipped\n1 warning/ },
  );
});

t.test('a pipe gets no colours, unless they are asked for', async (t) => {
  const bad = ['validate', '--config-yaml', '{ foo: 1 }'];
  t.notMatch((await runToEnd(...bad)).stderr, /\u001b/);
  t.match((await runWith({ FORCE_COLOR: '1' }, ...bad)).stderr, /\u001b\[31merror\u001b\[39m {2}foo/);
});

t.test('an extension that is not there is answered with those that are', async (t) => {
  const lua = { '@type': 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua' };
  const listener = httpListener('in', 'app', { manager: { http_filters: [{ name: 'lua', typed_config: lua }] } });
  const config = { static_resources: { listeners: [listener], clusters: [staticCluster('app', 9)] } };
  t.match(await runToEnd('validate', '--config-yaml', JSON.stringify(config)), {
    code: 1,
    stderr: /this build has .*envoy\.filters\.http\.router/,
  });
});

t.test('what is valid and does nothing is a warning', async (t) => {
  const text = JSON.stringify({ static_resources: { clusters: [{ name: 'a' }] } });
  t.match(await runToEnd('validate', '--config-yaml', text), {
    code: 0,
    stdout: /OK/,
    stderr: /warning {2}static_resources\.clusters\[0\]\n[\s\S]*has no hosts/,
  });
});

t.test('the second text is merged over the file', async (t) => {
  const file = join(folderWith(t, { 'a.yaml': 'node: { id: a, cluster: c }\n' }), 'a.yaml');
  t.match(await runToEnd('validate', file, '--config-yaml', 'node: { idd: b }'), {
    code: 1,
    stderr: /--config-yaml:1:9 {2}error {2}node\.idd/,
  });
  t.match(await runToEnd('validate', file, '--config-yaml', 'node: { id: b }'), { code: 0 });
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
