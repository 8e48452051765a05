/** Every example: its file is good here and for a real Envoy, and both print what its README promises. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { parse } from 'yaml';
import { start } from '../../src/index.ts';
import { envoyMissing, startChild } from '../support/child-proxy.ts';
import { folderWith, runToEnd } from '../support/command.ts';
import { pastedIn } from '../support/readme.ts';

// Many processes, one after the other; a machine that is busy with other tests takes its time.
t.setTimeout(120_000);

const ROOT = join(import.meta.dirname, '../..');
const EXAMPLES = join(ROOT, 'examples');

/** Programs that stand behind the sidecar, with their arguments and the port that they take from PORT. */
const DEMO = [['quickstart/demo.mjs']] as const;
const SERVICES: Readonly<Record<string, readonly (readonly [file: string, argument?: string, port?: string])[]>> = {
  websocket: [['websocket/service.mjs']],
  compose: [
    ['compose/service.mjs', 'web', '3000'],
    ['compose/service.mjs', 'api', '3001'],
  ],
};
/** These have tests of their own. */
const OTHERS = new Set(['two-pods']);

const names = readdirSync(EXAMPLES).filter((name) => !OTHERS.has(name) && existsSync(join(EXAMPLES, name, 'envoy.yaml')));
const PORTS = ['15000', '15001', '15006', '10000', '8080', '9001', '9002', '9003', '9004', '3000', '3001'];

async function freePorts(): Promise<ReadonlyMap<string, string>> {
  const servers = await Promise.all(
    PORTS.map(async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => String((server.address() as { port: number }).port));
  for (const server of servers) server.close();
  return new Map(PORTS.map((port, i) => [port, ports[i] ?? '']));
}

/** The names of a compose project are those of this machine here. */
function atHome(yaml: string): string {
  return yaml
    .replace('{ address: api, port_value: 3000 }', '{ address: localhost, port_value: 3001 }')
    .replace('address: web,', 'address: localhost,');
}

interface Scene {
  readonly config: object;
  /** The text with other ports. */
  moved(text: string): string;
}

async function scene(t: Test, name: string): Promise<Scene> {
  const ports = await freePorts();
  const moved = (text: string): string => text.replace(new RegExp(`\\b(${PORTS.join('|')})\\b`, 'g'), (port) => ports.get(port) ?? '');
  const services = SERVICES[name] ?? DEMO;
  for (const [file, argument = '', port = ''] of services) {
    const folder = folderWith(t, { 'service.mjs': moved(readFileSync(join(EXAMPLES, file), 'utf8')) });
    const environment = { ...process.env, PORT: moved(port) };
    const args = [join(folder, 'service.mjs'), process.execPath, '-e', 'process.stdout.write("up"); setInterval(() => {}, 1 << 30)'];
    // The services of compose serve alone.
    const child = spawn(process.execPath, argument === '' ? args : [args[0] ?? '', argument], {
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    t.teardown(() => process.kill(-(child.pid ?? 0), 'SIGKILL'));
    if (argument === '') await once(child.stdout, 'data');
  }
  return { config: parse(moved(atHome(readFileSync(join(EXAMPLES, name, 'envoy.yaml'), 'utf8')))) as object, moved };
}

async function paste(command: string): Promise<string> {
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', command], { cwd: ROOT });
  return stdout;
}

t.test('the files are good, and every setting in them has an effect', async (t) => {
  const files = names.map((name) => join(EXAMPLES, name, 'envoy.yaml'));
  const stdout = files.map((file) => `configuration '${file}' OK\n`).join('');
  t.same(await runToEnd('validate', ...files), { code: 0, stdout, stderr: '' });
});

for (const name of names) {
  const readme = readFileSync(join(EXAMPLES, name, 'README.md'), 'utf8');

  for (const kind of ['outrigger', 'envoy'] as const) {
    const skip = kind === 'envoy' ? (envoyMissing() ?? false) : false;
    t.test(`${name}: what the README promises, from ${kind}`, { skip }, async (t) => {
      const { config, moved } = await scene(t, name);
      const proxy = kind === 'envoy' ? await startChild(kind, config) : await start({ config, args: ['-l', 'off'] });
      t.teardown(() => proxy.stop());
      for (const { command, output } of pastedIn(moved(readme))) t.match(await paste(command), output, command);
    });
  }
}

t.test('all examples of the README are there', (t) => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  for (const name of readdirSync(EXAMPLES)) t.match(readme, `examples/${name}`, name);
  t.end();
});
