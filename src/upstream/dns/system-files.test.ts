import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { candidates, parseHosts, parseResolvConf, SystemFiles } from './system-files.ts';

t.test('a hosts file, with aliases, comments and names on several lines', (t) => {
  const hosts = parseHosts(
    '127.0.0.1 localhost # loop\n\n::1\tlocalhost ip6\n10.0.0.1  App app.test\nnonsense app\n10.0.0.2 app\n10.0.0.1 app\n',
  );
  t.same(hosts.get('localhost'), ['127.0.0.1', '::1']);
  t.same(hosts.get('ip6'), ['::1']);
  t.same(hosts.get('app'), ['10.0.0.1', '10.0.0.2']);
  t.same(hosts.get('app.test'), ['10.0.0.1']);
  t.equal(hosts.get('loop'), undefined);
  t.end();
});

t.test('what is searched, as resolv.conf says or the name of the machine', (t) => {
  const pod = 'search ns.svc.cluster.local svc.cluster.local\nnameserver 10.96.0.10\noptions ndots:5 timeout:1\n';
  t.same(parseResolvConf(pod, 'h'), { domains: ['ns.svc.cluster.local', 'svc.cluster.local'], ndots: 5 });
  t.same(parseResolvConf('domain a.test b.test\n', 'h'), { domains: ['a.test'], ndots: 1 });
  t.same(parseResolvConf('search a.test\nsearch b.test\n', 'h'), { domains: ['b.test'], ndots: 1 }, 'the last line counts');
  t.same(parseResolvConf('', 'h.corp.test'), { domains: ['corp.test'], ndots: 1 });
  t.same(parseResolvConf('search .\noptions ndots:99', 'h.corp.test'), { domains: [], ndots: 15 });
  t.end();
});

t.test('names with enough dots stand for themselves first', (t) => {
  const search = { domains: ['a.test', 'b.test'], ndots: 2 };
  t.same(candidates('app', search), ['app.a.test', 'app.b.test', 'app']);
  t.same(candidates('app.x.y', search), ['app.x.y', 'app.x.y.a.test', 'app.x.y.b.test']);
  t.same(candidates('app.', search), ['app']);
  t.same(candidates('app', { domains: [], ndots: 1 }), ['app']);
  t.end();
});

t.test('files are read again when they change, and may be missing', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'names-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const [hosts, resolv] = [join(folder, 'hosts'), join(folder, 'resolv.conf')];
  const files = new SystemFiles(hosts, resolv);
  t.same(files.hosts('app'), []);
  const version = files.serversVersion;
  writeFileSync(hosts, '10.0.0.1 app\n');
  t.same(files.hosts('app'), ['10.0.0.1']);
  writeFileSync(hosts, '10.0.0.1 app\n10.0.0.2 app\n');
  t.same(files.hosts('app'), ['10.0.0.1', '10.0.0.2']);
  t.equal(files.serversVersion, version);
  writeFileSync(resolv, 'search a.test\n');
  t.not(files.serversVersion, version);
  t.same(files.search.domains, ['a.test']);
  t.end();
});
