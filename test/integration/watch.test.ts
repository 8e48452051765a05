/** `--watch`: the file changes under a proxy that serves. */
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { Agent, request, type ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { httpListener, staticCluster } from '../support/bootstrap.ts';
import { folderWith, type Served, serve, start } from '../support/command.ts';
import { type Backend, get, startBackend } from '../support/http.ts';

async function service(t: Test, name: string): Promise<Backend> {
  const backend = await startBackend((_, response) => response.end(name));
  t.teardown(() => backend.close());
  return backend;
}

/** A route with a header of its own makes a new version of the listener. */
function config(listenPort: number, servicePort: number, version = 0): object {
  const routes = [
    {
      match: { prefix: '/' },
      route: { cluster: 'app', timeout: '0s' },
      response_headers_to_add: [{ header: { key: 'x-version', value: String(version) } }],
    },
  ];
  return {
    admin: { address: { socket_address: { address: '127.0.0.1', port_value: 0 } } },
    static_resources: {
      listeners: [httpListener('in', 'app', { port: listenPort, routes })],
      clusters: [staticCluster('app', servicePort)],
    },
  };
}

/** Written beside and renamed over, as editors do. */
function rewrite(folder: string, content: object | string): void {
  writeFileSync(join(folder, 'next'), typeof content === 'string' ? content : JSON.stringify(content));
  renameSync(join(folder, 'next'), join(folder, 'envoy.json'));
}

/** Resolves when the log has `count` lines of that kind. */
async function says(served: Served, text: string, count = 1): Promise<void> {
  await served.command.says(new RegExp(`(?:${text}[\\s\\S]*){${count}}`));
}

t.test('a changed file is applied: new clusters and listeners come, old ones go', async (t) => {
  const [one, two] = [await service(t, 'one'), await service(t, 'two')];
  const served = await serve(t, config(0, one.port), '--watch');
  t.match(await get(served.port('in')), { body: 'one', headers: { 'x-version': '0' } });
  rewrite(served.folder, config(0, two.port));
  await says(served, 'applied cluster app in');
  t.match(await get(served.port('in')), { body: 'two' });

  const next = config(0, two.port) as { static_resources: { listeners: object[] } };
  next.static_resources.listeners = [httpListener('other', 'app')];
  rewrite(served.folder, next);
  await says(served, 'applied listener other, without listener in');
  await t.rejects(get(served.port('in')));
});

t.test('a file with mistakes keeps the last good one and says where they are', async (t) => {
  const one = await service(t, 'one');
  const served = await serve(t, config(0, one.port), '--watch');
  rewrite(served.folder, 'static_resources:\n  cluster: []\n');
  await says(served, 'keeps the last good configuration; the new one has mistakes');
  await says(served, 'envoy\\.json:2:3  error  static_resources\\.cluster');
  t.match(await get(served.port('in')), { body: 'one', headers: { 'x-version': '0' } });
  rewrite(served.folder, config(0, one.port, 1));
  await says(served, 'applied listener in');
  t.match(await get(served.port('in')), { body: 'one', headers: { 'x-version': '1' } });
});

t.test('what the system refuses is taken back whole', async (t) => {
  const [one, two] = [await service(t, 'one'), await service(t, 'two')];
  const taken = createServer().listen(0, '127.0.0.1');
  t.teardown(() => taken.close());
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as { port: number };
  const served = await serve(t, config(0, one.port), '--watch');
  const next = config(0, two.port) as { static_resources: { listeners: object[] } };
  next.static_resources.listeners.push(httpListener('more', 'app', { port }));
  rewrite(served.folder, next);
  await says(served, 'keeps the last good configuration; the new one cannot be applied');
  t.match(served.command.stderr, /static_resources\.listeners\[1\]\.address/);
  t.match(await get(served.port('in')), { body: 'one' });
});

t.test('the file of a Kubernetes ConfigMap is followed through its swapped symlink', async (t) => {
  const [one, two] = [await service(t, 'one'), await service(t, 'two')];
  const folder = folderWith(t, {});
  const publish = (version: string, content: object): void => {
    mkdirSync(join(folder, version));
    writeFileSync(join(folder, version, 'envoy.json'), JSON.stringify(content));
    symlinkSync(version, join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  };
  publish('..2026_1', config(0, one.port));
  symlinkSync('..data/envoy.json', join(folder, 'envoy.json'));
  const served = await start(t, folderWith(t, {}), '-c', join(folder, 'envoy.json'), '--watch');
  t.match(await get(served.port('in')), { body: 'one' });
  publish('..2026_2', config(0, two.port));
  await says(served, 'applied cluster app in');
  t.match(await get(served.port('in')), { body: 'two' });
});

t.test('parts that are read at the start only are named', async (t) => {
  const one = await service(t, 'one');
  const served = await serve(t, config(0, one.port), '--watch');
  rewrite(served.folder, { ...config(0, one.port), node: { id: 'a' } });
  await says(served, 'changes of node take effect at the next start');
  t.match(await get(served.port('in')), { body: 'one' });
});

for (const workers of ['1', '2']) {
  t.test(`requests that run and connections that are kept lose nothing over 20 reloads (${workers} workers)`, async (t) => {
    const held: ServerResponse[] = [];
    const arrivals: (() => void)[] = [];
    const backend = await startBackend((incoming, response) => {
      if (incoming.url !== '/held') return void response.end('now');
      held.push(response);
      arrivals.shift()?.();
    });
    t.teardown(() => backend.close());
    const served = await serve(t, config(0, backend.port), '--watch', '--concurrency', workers);
    const port = served.port('in');
    const arrival = new Promise<void>((resolve) => arrivals.push(resolve));
    const long = get(port, '/held');
    await arrival;

    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.teardown(() => agent.destroy());
    let running = true;
    let answered = 0;
    const versions = new Set<unknown>();
    const client = async (): Promise<void> => {
      while (running) {
        const { status, version } = await ask(agent, port);
        if (status === 200) answered++;
        else throw new Error(`answered ${status}`);
        versions.add(version);
      }
    };
    const clients = [client(), client(), client()];
    for (let i = 1; i <= 20; i++) {
      rewrite(served.folder, config(0, backend.port, i));
      await says(served, 'applied listener in', i);
    }
    running = false;
    await Promise.all(clients);
    held[0]?.end('kept');
    t.match(await long, { status: 200, body: 'kept', headers: { 'x-version': '0' } });
    t.ok(answered > 20 && versions.size > 5, `${answered} requests, ${versions.size} versions`);
    t.match(await get(port), { headers: { 'x-version': '20' } });
  });
}

function ask(agent: Agent, port: number): Promise<{ status: number | undefined; version: unknown }> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, agent }, (response) => {
      response.resume();
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode, version: response.headers['x-version'] }));
    })
      .on('error', reject)
      .end();
  });
}
