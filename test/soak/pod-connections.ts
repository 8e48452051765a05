/** 10,000 connections between two pods, over mTLS and Istio's rules: none is left behind. Beside Envoy, which shows what it costs. */
import t from 'tap';
import { meshMissing, startMesh } from '../support/mesh.ts';
import { leaveNothing } from '../support/pod-connections.ts';

for (const kind of ['outrigger', 'envoy'] as const) {
  for (const family of [4, 6] as const) {
    const kinds = { a: kind, b: kind };
    t.test(`${kind}, IPv${family}`, { skip: meshMissing(kinds) ?? false }, async (t) => {
      const { mesh, close } = await startMesh(kinds, family);
      t.teardown(close);
      const before = [mesh.proxies.a.cpuMs(), mesh.proxies.b.cpuMs()] as const;
      await leaveNothing(t, mesh, 10_000);
      t.comment(`CPU ms: client's proxy ${mesh.proxies.a.cpuMs() - before[0]}, server's proxy ${mesh.proxies.b.cpuMs() - before[1]}`);
    });
  }
}
