import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { get } from '../support/http.ts';

const EXAMPLE = new URL('../../examples/quickstart/', import.meta.url);
const LAUNCHER = new URL('../../bin/outrigger', import.meta.url).pathname;

/** As many ports that nobody uses at the moment. */
async function freePorts(n: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: n }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  for (const server of servers) server.close();
  return ports;
}

/** The example as it is, on other ports: started by its demo, as `npm start` does. */
async function startExample(t: Test, withDemo: boolean) {
  const names = ['15000', '15001', '15006', '9001', '9002', '9003'];
  const free = await freePorts(names.length);
  const folder = mkdtempSync(join(tmpdir(), 'quickstart-'));
  for (const file of ['envoy.yaml', 'demo.mjs']) {
    const text = readFileSync(new URL(file, EXAMPLE), 'utf8');
    writeFileSync(
      join(folder, file),
      text.replace(/\b(15000|15001|15006|9001|9002|9003)\b/g, (port) => String(free[names.indexOf(port)])),
    );
  }
  const proxy = [LAUNCHER, '-c', join(folder, 'envoy.yaml')];
  const [command = '', ...args] = withDemo ? [process.execPath, join(folder, 'demo.mjs'), ...proxy] : proxy;
  const child = spawn(command, args, {
    env: { ...process.env, OUTRIGGER_SRC: '1', FORCE_COLOR: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let output = '';
  const ready = new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes('ready in')) resolve();
    });
    child.on('exit', () => reject(new Error(output)));
  });
  const exit = once(child, 'exit');
  t.teardown(async () => {
    // The demo and what it started; gone already when the test went well.
    if (child.exitCode === null) process.kill(-(child.pid ?? 0), 'SIGKILL');
    await exit;
    rmSync(folder, { recursive: true });
  });
  await ready;
  return { child, exit, output: () => output, ports: { admin: free[0] ?? 0, outbound: free[1] ?? 0 } };
}

t.test('the quickstart shows both versions through both listeners, and ends with 0', async (t) => {
  const { child, exit, output, ports } = await startExample(t, true);
  t.match(output(), /outbound +http:\/\/127\.0\.0\.1:\d+ +-> demo-v1 90 % /);
  t.match(output(), /admin +http:\/\/127\.0\.0\.1:\d+/);
  const pasted = /curl http:\/\/127\.0\.0\.1:(\d+)(\/\S*)/.exec(output());
  t.equal(Number(pasted?.[1]), ports.outbound, 'the curl to paste goes to the outbound listener');
  const versions = new Map<string, number>();
  for (let i = 0; i < 100; i++) {
    const { status, body, headers } = await get(ports.outbound, pasted?.[2] ?? '/');
    t.equal(status, 200);
    t.match(body, /You came through: you -> outbound listener -> inbound listener -> me/);
    const version = String(headers['x-demo-version']);
    t.match(body, `Hello from demo ${version}`);
    versions.set(version, (versions.get(version) ?? 0) + 1);
  }
  // 100 draws at 90 %: fewer than 70 happen once in 10^8 runs, none of v2 once in 40,000.
  t.ok((versions.get('v1') ?? 0) > 70 && (versions.get('v2') ?? 0) > 0, `v1 ${versions.get('v1')}, v2 ${versions.get('v2')}`);
  const { body } = await get(ports.admin, '/stats?filter=^http\\.(in|out)bound\\.downstream_rq_2xx$');
  t.match(body, 'http.inbound.downstream_rq_2xx: 100\nhttp.outbound.downstream_rq_2xx: 100');
  child.kill('SIGTERM');
  t.same(await exit, [0, null]);
});

t.test('without the demo the sidecar runs and answers a clear 503', async (t) => {
  const { child, exit, ports } = await startExample(t, false);
  const { status, body } = await get(ports.outbound, '/');
  t.equal(status, 503);
  t.match(body, /upstream connect error or disconnect\/reset before headers/);
  child.kill('SIGINT');
  t.same(await exit, [0, null]);
});
