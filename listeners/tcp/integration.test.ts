import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import t from 'tap';
import { downstream } from '../../extensions/transport_sockets/raw_buffer/index.ts';
import { systemClock } from '../../src/base/clock.ts';
import type { ExtensionDefinition } from '../../src/extension/registry.ts';
import { createDispatcher } from '../../src/net/event-loop.ts';
import { NETWORK_CONTINUE } from '../../src/net/filter.ts';
import { LISTENER_CONTINUE, LISTENER_NEED_DATA } from '../../src/net/listener-filter.ts';
import { FakeContext } from '../../test/support/factory-context.ts';
import { turns, until } from '../../test/support/sockets.ts';
import { INSPECTOR, ListenerParts, listenerMessage } from '../../test/support/tcp-listener.ts';
import { compile } from './config.ts';
import type { TcpListener } from './listener.ts';

interface Rig {
  readonly listener: TcpListener;
  readonly parts: ListenerParts;
  readonly context: FakeContext;
  readonly port: number;
}

/** The listener with the real plain-text transport socket, and an inspector that wants four bytes. */
async function serve(t: { teardown(run: () => void): void }): Promise<Rig> {
  const parts = new ListenerParts();
  const dispatcher = createDispatcher({ clock: systemClock, workerIndex: 0 });
  const extensions = [parts.echo.definition, parts.inspector.definition, downstream as ExtensionDefinition];
  const context = new FakeContext({ dispatcher, extensions });
  const listener = compile(listenerMessage({ listener_filters: [INSPECTOR] }), context) as TcpListener | null;
  if (listener === null) throw new Error(context.complaints.join('\n'));
  parts.inspector.accept = () => LISTENER_NEED_DATA;
  parts.inspector.peek = (_accepted, peeked) => (peeked.length < 4 ? LISTENER_NEED_DATA : LISTENER_CONTINUE);
  await new Promise((resolve) => listener.listen({ reusePort: false, takeOverFrom: null }, resolve));
  t.teardown(() => {
    listener.close();
    dispatcher.close();
  });
  return { listener, parts, context, port: Number(listener.status().addresses[0]?.split(':')[1]) };
}

t.test('a megabyte that begins under the eyes of a listener filter comes back byte for byte', async (t) => {
  const { port, listener } = await serve(t);
  const sent = createHash('sha1');
  const got = createHash('sha1');
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('data', (chunk: Buffer) => void got.update(chunk));
  const noise = Buffer.alloc(10_007, 'noise that does not line up ');
  for (const piece of [Buffer.from('ab'), Buffer.from('cd'), ...Array.from({ length: 100 }, () => noise)]) {
    sent.update(piece);
    socket.write(piece);
    if (piece.length === 2) await turns(10);
  }
  socket.end();
  await once(socket, 'end');
  t.equal(got.digest('hex'), sent.digest('hex'));
  await until(() => listener.status().activeConnections === 0, 'the end');
  t.equal(listener.dispatcher.memory.inUse, 0);
});

t.test('a connection that stops reading in its first call reads nothing more, though a listener filter had read', async (t) => {
  const { port, parts } = await serve(t);
  let seen = '';
  parts.echo.make = () => {
    const filter = Object.getPrototypeOf(parts.echo).make.call(parts.echo) as ReturnType<typeof parts.echo.make>;
    filter.onData = (buffer, start, end) => {
      if (seen === '') filter.callbacks?.connection.readDisable(true);
      seen += buffer.toString('latin1', start, end);
      return NETWORK_CONTINUE;
    };
    return filter;
  };
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  t.teardown(() => socket.destroy());
  socket.write('head');
  await until(() => seen === 'head', 'the peeked bytes');
  socket.write(' and more');
  await turns(100);
  t.equal(seen, 'head');
  parts.echo.filters[0]?.callbacks?.connection.readDisable(false);
  await until(() => seen === 'head and more', 'the rest');
});
