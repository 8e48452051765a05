import t from 'tap';
import { definitionsIn, extensionFolders, installed } from './installed.ts';

t.test('extension folders are those with an index, at any depth, without what filters share', (t) => {
  const index = () => ({ 'index.ts': '', 'config.ts': '', nested: { 'index.ts': '' } });
  const root = t.testdir({
    listeners: { tcp: index() },
    filters: { http: { router: index(), fault: index(), unfinished: { 'filter.ts': '' } }, common: { regex: index() } },
    extensions: { retry: { host: { previous_hosts: index() } }, transport_sockets: { tls: index() } },
    src: { api: index() },
  });
  t.same(extensionFolders(root), [
    'extensions/retry/host/previous_hosts',
    'extensions/transport_sockets/tls',
    'filters/http/fault',
    'filters/http/router',
    'listeners/tcp',
  ]);
  t.same(extensionFolders(t.testdir({})), [], 'a build without extensions is a build');
  t.end();
});

t.test('definitions are found among the exports, whatever they are called', (t) => {
  const one = { kind: 'upstream_transport_socket', name: 'a', message: 'b' };
  const two = { kind: 'downstream_transport_socket', name: 'a', message: 'c' };
  t.same(definitionsIn({ default: one, downstream: two, LIMIT: 3, helper: () => 1, nothing: null, other: { kind: 'x' } }), [one, two]);
  t.end();
});

t.test('every extension folder of this checkout exports a definition', async (t) => {
  const definitions = await installed();
  t.ok(definitions.length >= extensionFolders(`${import.meta.dirname}/..`).length);
  const keys = definitions.map((d) => `${d.kind}/${d.message}`);
  t.same(
    keys.filter((key, i) => keys.indexOf(key) !== i),
    [],
    'no two of them claim one message',
  );
});
