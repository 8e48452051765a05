/**
 * Pods with Istio's iptables rules on this machine: what an application sends goes to its proxy on 15001, over mTLS to 15006 of the
 * other pod, and to the application there.
 */
import t, { type Test } from 'tap';
import { identityOf, type Kinds, type Mesh, meshMissing, startMesh } from './mesh.ts';
import type { Answer } from './pod-app.ts';
import { leaveNothing } from './pod-connections.ts';

interface Seen {
  readonly name: string;
  readonly from: string;
  readonly headers: { readonly [name: string]: string };
}

/** What the application on the other side saw. */
function seen(t: Test, answer: Answer): Seen {
  t.equal(answer.status, 200, answer.error ?? answer.body ?? 'no answer');
  return JSON.parse(answer.status === 200 ? (answer.body ?? '{}') : '{"headers":{}}') as Seen;
}

/** Everything that two pods do. */
export function testPods(kinds: Kinds, family: 4 | 6): void {
  const missing = meshMissing(kinds);
  t.test(`between a pod with ${kinds.a} and one with ${kinds.b}, IPv${family}`, { skip: missing ?? false }, async (t) => {
    const { mesh, close } = await startMesh(kinds, family);
    t.teardown(close);
    await outward(t, mesh, family);
    await permissive(t, mesh);
    await strict(t, mesh);
    await disabled(t, mesh);
    await toItself(t, mesh, family);
    await elsewhere(t, mesh);
    await leaveNothing(t, mesh, 500);
    if (t.counts.fail > 0) t.comment(`${mesh.proxies.a.log.slice(-2000)}\n${mesh.proxies.b.log.slice(-2000)}`);
  });
}

async function outward(t: Test, { apps, vip, proxies }: Mesh, family: 4 | 6): Promise<void> {
  await t.test('an application reaches a service over mTLS, both ways', async (t) => {
    for (const [from, to] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      const { name, headers, from: source } = seen(t, await apps[from].call({ op: 'http', host: vip(to), port: 8080 }));
      t.equal(name, to);
      t.match(headers['x-forwarded-client-cert'], `By=${identityOf(to)};`);
      t.match(headers['x-forwarded-client-cert'], `;URI=${identityOf(from)}`);
      t.match(source, family === 4 ? /127\.0\.0\.6$/ : /^::6$/, 'the source address that the rules let through');
      const { body } = await apps[from].call({ op: 'tcp', host: vip(to), port: 9000, text: 'over TCP\n' });
      t.match(body, new RegExp(`^${to} 9000 .*\\nover TCP\\n$`));
    }
    t.ok((await proxies.a.stat(/^cluster\.outbound.*\.ssl\.handshake$/)) >= 2, 'handshakes as a client');
    t.ok((await proxies.b.stat(/^listener\..*_15006\.ssl\.handshake$/)) >= 2, 'handshakes as a server');
    t.equal(await proxies.a.stat(/^cluster\.outbound.*\.tlsMode-disabled\.total_match_count$/), 4, 'hosts of DISABLE ports');
  });
  await t.test('a port without a declared protocol is sniffed', async (t) => {
    const { name } = seen(t, await apps.a.call({ op: 'http', host: vip('b'), port: 9090 }));
    t.equal(name, 'b');
    const { body } = await apps.a.call({ op: 'tcp', host: vip('b'), port: 9091, text: 'strict, undeclared\n' });
    t.match(body, /^b 9091 .*\nstrict, undeclared\n$/);
  });
}

async function permissive(t: Test, { apps, ip }: Mesh): Promise<void> {
  await t.test('PERMISSIVE takes plain text from outside of the mesh', async (t) => {
    for (const port of [8080, 9090]) {
      const { name, headers } = seen(t, await apps.c.call({ op: 'http', host: ip('b'), port }));
      t.equal(name, 'b');
      t.equal(headers['x-forwarded-client-cert'], undefined);
    }
    const { body, error } = await apps.c.call({ op: 'tcp', host: ip('b'), port: 9000, text: 'GET me\n' });
    t.match(body, /^b 9000 .*\nGET me\n$/, error ?? '');
  });
}

async function strict(t: Test, { apps, ip, vip }: Mesh): Promise<void> {
  await t.test('STRICT takes mTLS, and nothing of plain text reaches the application', async (t) => {
    const { name, headers } = seen(t, await apps.a.call({ op: 'http', host: vip('b'), port: 8081 }));
    t.equal(name, 'b');
    t.match(headers['x-forwarded-client-cert'], `URI=${identityOf('a')}`);
    const over = await apps.a.call({ op: 'tcp', host: vip('b'), port: 9001, text: 'strict\n' });
    t.match(over.body, /^b 9001 .*\nstrict\n$/);

    const plain = await apps.c.call({ op: 'http', host: ip('b'), port: 8081 });
    t.equal(plain.status, undefined);
    t.match(plain.error, /ECONNRESET|hang up/);
    for (const port of [9001, 9091]) {
      const { body } = await apps.c.call({ op: 'tcp', host: ip('b'), port, text: 'plain\n' });
      t.equal(body, '', `nobody answers on ${port}`);
    }
  });
}

async function disabled(t: Test, { apps, ip, vip }: Mesh): Promise<void> {
  await t.test('DISABLE is plain text on both sides', async (t) => {
    const { name, headers } = seen(t, await apps.a.call({ op: 'http', host: vip('b'), port: 8082 }));
    t.equal(name, 'b');
    t.equal(headers['x-forwarded-client-cert'], undefined);
    const over = await apps.a.call({ op: 'tcp', host: vip('b'), port: 9002, text: 'plain\n' });
    t.match(over.body, /^b 9002 .*\nplain\n$/);
    seen(t, await apps.c.call({ op: 'http', host: ip('b'), port: 8082 }));
  });
}

async function toItself(t: Test, { apps, ip, vip, proxies }: Mesh, family: 4 | 6): Promise<void> {
  await t.test('a pod that calls itself goes round once', async (t) => {
    const outbound = /^listener\..*_8080\.downstream_cx_total$/;
    const inbound = /^listener\..*_15006\.downstream_cx_total$/;
    const before = [await proxies.a.stat(outbound), await proxies.a.stat(inbound)] as const;
    const byService = seen(t, await apps.a.call({ op: 'http', host: vip('a'), port: 8080 }));
    t.equal(byService.name, 'a');
    t.match(byService.headers['x-forwarded-client-cert'], `URI=${identityOf('a')}`);
    t.equal((await proxies.a.stat(outbound)) - before[0], 1, 'out once');
    t.equal((await proxies.a.stat(inbound)) - before[1], 1, 'in once');
    const byIp = seen(t, await apps.a.call({ op: 'http', host: ip('a'), port: 8080 }));
    t.match([byIp.name, byIp.from], ['a', new RegExp(`${ip('a')}$`)], 'over the loopback interface nothing is redirected');
    const loopback = seen(t, await apps.a.call({ op: 'http', host: family === 4 ? '127.0.0.1' : '::1', port: 8080 }));
    t.equal(loopback.name, 'a');
  });
}

async function elsewhere(t: Test, { apps, ip, proxies }: Mesh): Promise<void> {
  await t.test('what is no service is passed through, and calls to the proxy ports themselves go nowhere', async (t) => {
    const { name } = seen(t, await apps.a.call({ op: 'http', host: ip('c'), port: 8080 }));
    t.equal(name, 'c');
    const { body } = await apps.a.call({ op: 'tcp', host: ip('c'), port: 9000, text: 'hello\n' });
    t.match(body, /^c 9000 .*\nhello\n$/);
    const undeclared = await apps.c.call({ op: 'tcp', host: ip('b'), port: 9999, text: 'nobody\n' });
    t.equal(undeclared.body, '', 'no application listens there');

    const before = await proxies.b.stat(/^listener\..*_15006\.downstream_cx_total$/);
    for (const port of [15001, 15006]) {
      const { body } = await apps.c.call({ op: 'tcp', host: ip('b'), port, text: 'loop\n' });
      t.equal(body, '', `port ${port}`);
    }
    t.equal((await proxies.b.stat(/^listener\..*_15006\.downstream_cx_total$/)) - before, 2, 'no connection made another one');
  });
}
