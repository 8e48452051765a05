/** 1,000 reloads under load: no request fails, and the memory is back where it was when the first quarter was over. */
import { renameSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import t from 'tap';
import { httpListener, staticCluster } from '../support/bootstrap.ts';
import { startChild } from '../support/child-proxy.ts';
import { startBackend } from '../support/http.ts';
import { residentBytes } from '../support/process-facts.ts';

const RELOADS = Number(process.env['SOAK_RELOADS'] ?? 1000);
const CLIENTS = 8;

t.test(`${RELOADS} reloads`, { timeout: 600_000 }, async (t) => {
  const backend = await startBackend((_, response) => response.end('ok'));
  const config = (version: number): object => {
    const match = { match: { prefix: '/' }, route: { cluster: 'app' } };
    const routes = [{ ...match, response_headers_to_add: [{ header: { key: 'x-version', value: String(version) } }] }];
    return {
      admin: { address: { socket_address: { address: '127.0.0.1', port_value: 0 } } },
      static_resources: {
        listeners: [httpListener('in', 'app', { routes })],
        clusters: [{ ...staticCluster('app', backend.port), connect_timeout: `${1 + (version % 2)}s` }],
      },
    };
  };
  const proxy = await startChild('built', config(0), ['--watch']);
  t.teardown(async () => {
    backend.close();
    await proxy.stop();
  });
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  t.teardown(() => agent.destroy());
  const port = proxy.ports.get('in') ?? 0;
  let running = true;
  let answered = 0;
  const ask = (): Promise<string> =>
    new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, agent }, (response) => {
        response.resume();
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`));
          answered++;
          resolve(String(response.headers['x-version']));
        });
      })
        .on('error', reject)
        .end();
    });
  const client = async (): Promise<void> => {
    while (running) await ask();
  };
  const clients = Promise.all(Array.from({ length: CLIENTS }, client));
  clients.catch(() => {});

  let warm = 0;
  for (let version = 1; version <= RELOADS; version++) {
    writeFileSync(join(proxy.folder, 'next'), JSON.stringify(config(version)));
    renameSync(join(proxy.folder, 'next'), join(proxy.folder, 'bootstrap.json'));
    while ((await ask()) !== String(version)) await new Promise(setImmediate);
    if (version === Math.ceil(RELOADS / 4)) warm = residentBytes(proxy.process.pid ?? 0);
  }
  running = false;
  await clients;
  const after = residentBytes(proxy.process.pid ?? 0);
  t.ok(answered > RELOADS, `${answered} requests, none failed`);
  t.ok(
    after < warm + 25e6,
    `${(warm / 1e6).toFixed(0)} MB after ${Math.ceil(RELOADS / 4)} reloads, ${(after / 1e6).toFixed(0)} MB at the end`,
  );
});
