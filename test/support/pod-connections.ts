import type { Test } from 'tap';
import type { Mesh } from './mesh.ts';
import type { Sidecar } from './sidecar.ts';

/** So many connections over mTLS, 50 at a time: all of them work, and sockets, descriptors and gauges are back afterwards. */
export async function leaveNothing(t: Test, { apps, vip, proxies, network }: Mesh, connections: number): Promise<void> {
  await t.test(`${connections} connections leave nothing behind`, async (t) => {
    const both = [proxies.a, proxies.b];
    const pods = [network.pod('a'), network.pod('b')] as const;
    const sockets = (i: number): number => pods[i as 0 | 1].sockets('established', (both[i] as Sidecar).pid);
    const before = both.map((proxy, i) => ({ descriptors: proxy.descriptors(), sockets: sockets(i) }));
    const { count, error } = await apps.a.call({ op: 'many', host: vip('b'), port: 9000, count: connections, atOnce: 50 });
    t.equal(error, undefined);
    t.equal(count, connections);
    for (;;) {
      const active = await Promise.all(both.map((proxy) => proxy.stat(/^cluster\.(in|out)bound.*9000.*\.upstream_cx_active$/)));
      if (active.every((value) => value === 0)) break;
    }
    both.forEach((proxy, i) => {
      const { descriptors = 0, sockets: open = 0 } = before[i] ?? {};
      t.ok(proxy.descriptors() <= descriptors + 2, `${proxy.descriptors()} descriptors, ${descriptors} before`);
      t.ok(sockets(i) <= open + 2, `${sockets(i)} sockets, ${open} before`);
      t.equal(pods[i as 0 | 1].sockets('close-wait', proxy.pid), 0);
    });
  });
}
