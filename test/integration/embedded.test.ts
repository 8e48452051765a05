/** `start` of the package: a proxy inside of a test. */
import t from 'tap';
import type { StartError } from '../../src/cli/outrigger.d.ts';
import { start } from '../../src/index.ts';
import { httpListener, staticCluster } from '../support/bootstrap.ts';
import { get, startBackend } from '../support/http.ts';

t.test('a pair of addresses serves until it is stopped', async (t) => {
  const backend = await startBackend();
  t.teardown(() => backend.close());
  const proxy = await start({ from: ':0', to: `:${backend.port}` });
  t.match(await get(proxy.port(), '/a'), { status: 200, body: '/a' });
  t.equal(proxy.url('in'), `http://127.0.0.1:${proxy.port()}`);
  t.match(proxy.admin, /^127\.0\.0\.1:\d+$/);
  t.throws(() => proxy.port('out'), /there is no listener out; there are in/);
  await proxy.stop();
  await proxy.stop();
  await t.rejects(get(proxy.port()));
});

t.test('two proxies of one process do not know each other', async (t) => {
  const backend = await startBackend();
  t.teardown(() => backend.close());
  const config = { static_resources: { listeners: [httpListener('in', 'app')], clusters: [staticCluster('app', backend.port)] } };
  const first = await start({ config });
  const second = await start({ config: JSON.stringify(config), args: ['--concurrency', '2'] });
  t.teardown(() => second.stop());
  t.not(first.port(), second.port());
  t.equal(first.admin, null);
  await first.stop();
  t.match(await get(second.port()), { status: 200 });
});

t.test('stopping with a drain lets requests end', async (t) => {
  let arrive = (): void => {};
  let answer = (): void => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const backend = await startBackend((_, response) => {
    answer = () => void response.end('kept');
    arrive();
  });
  t.teardown(() => backend.close());
  const proxy = await start({ from: ':0', to: `:${backend.port}` });
  const long = get(proxy.port());
  await arrived;
  const stopped = proxy.stop({ drain: true });
  answer();
  t.match(await long, { status: 200, body: 'kept' });
  await stopped;
});

t.test('a configuration with mistakes rejects with all of them', async (t) => {
  const error = await start({ config: 'admin: { adress: {} }\nstatic_resources: { cluster: [] }\n' }).then(
    () => null,
    (reason: StartError) => reason,
  );
  t.match(error?.message, /did you mean "address"\?[\s\S]*did you mean "clusters"\?[\s\S]*2 errors/);
  t.match(error?.problems, [{ code: 'unknown_field', path: 'admin.adress', position: { line: 1 } }, {}]);
  await t.rejects(start({ from: ':0' }), /has no --to/);
  await t.rejects(start({}), /no configuration/);
});
