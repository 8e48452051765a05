import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import t from 'tap';
import { systemClock } from '../../src/base/clock.ts';
import { createDispatcher } from '../../src/net/event-loop.ts';
import { envoyMissing, startChild } from '../../test/support/child-proxy.ts';
import { FakeContext } from '../../test/support/factory-context.ts';
import { until } from '../../test/support/sockets.ts';
import { ECHO, ListenerParts, listenerMessage, socketAddress } from '../../test/support/tcp-listener.ts';
import { compile } from './config.ts';
import { LISTENER_STATS } from './stats.ts';

const missing = envoyMissing();

/** One connection that came and went, and one that stays. Answers the one that stays. */
async function visit(port: number): Promise<Socket> {
  const gone = connect({ port, host: '127.0.0.1' });
  gone.write('x');
  await once(gone, 'data');
  gone.end();
  await once(gone, 'close');
  const stays = connect({ port, host: '127.0.0.1' });
  stays.write('x');
  await once(stays, 'data');
  return stays;
}

t.test('after the same visits the stats have the names and values of a real Envoy', { skip: missing ?? false }, async (t) => {
  const bootstrap = {
    static_resources: {
      listeners: [{ name: 'l', address: socketAddress('127.0.0.1'), filter_chains: [{ filters: [ECHO] }] }],
    },
  };
  const envoy = await startChild('envoy', bootstrap);
  t.teardown(() => envoy.stop());
  const theirSocket = await visit(envoy.ports.get('l') ?? 0);
  const theirs = new Map<string, string>();
  for (const line of (await envoy.admin('/stats')).body.split('\n')) {
    const [name = '', value = ''] = line.split(': ');
    if (name.startsWith('listener.127')) theirs.set(name, value);
  }
  theirSocket.destroy();

  const parts = new ListenerParts();
  const context = new FakeContext({ dispatcher: createDispatcher({ clock: systemClock, workerIndex: 0 }), extensions: parts.extensions });
  const listener = compile(listenerMessage(), context);
  if (listener === null) throw new Error(context.complaints.join('\n'));
  t.teardown(() => listener.close());
  await new Promise((resolve) => listener.listen({ reusePort: false, takeOverFrom: null }, resolve));
  const ourSocket = await visit(Number(listener.status().addresses[0]?.split(':')[1]));
  await until(() => listener.status().activeConnections === 1, 'one connection');
  ourSocket.destroy();

  const ours = new Map([...context.stats.values].map(([name, value]) => [name, String(value)]));
  const histograms = LISTENER_STATS.histograms.map((name) => `listener.127.0.0.1_0.${name}`);
  for (const name of histograms) t.ok(theirs.delete(name), `Envoy has ${name}`);
  t.same(Object.fromEntries([...ours].sort()), Object.fromEntries([...theirs].sort()));
});
