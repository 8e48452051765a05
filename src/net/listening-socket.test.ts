import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import t from 'tap';
import { until } from '../../test/support/sockets.ts';
import { formatAddress, ipAddress } from '../base/address.ts';
import { type Acceptor, endsOf, ListeningSocket, type ListenSettings } from './listening-socket.ts';

class Recorder implements Acceptor {
  readonly sockets: Socket[] = [];
  readonly errors: string[] = [];
  readonly ends: string[] = [];

  onAccept(socket: Socket, from: ListeningSocket): void {
    this.sockets.push(socket);
    const ends = endsOf(socket, from);
    this.ends.push(ends === null ? 'gone' : `${formatAddress(ends.remote)} ${formatAddress(ends.local)}`);
  }

  onAcceptError(text: string): void {
    this.errors.push(text);
  }
}

const settings = (ip: string, port = 0, more: Partial<ListenSettings> = {}): ListenSettings => ({
  address: ipAddress(ip, port),
  dualStack: false,
  reusePort: false,
  backlog: 128,
  ...more,
});

const open = (socket: ListeningSocket): Promise<string | null> => new Promise((resolve) => socket.open(resolve));

t.test('a port that the kernel chose is known when it is bound', async (t) => {
  const acceptor = new Recorder();
  const socket = new ListeningSocket(settings('127.0.0.1'), acceptor);
  t.equal(await open(socket), null);
  t.teardown(() => socket.close());
  t.not(socket.address.port, 0);
  const client = connect({ port: socket.address.port, host: '127.0.0.1' });
  await until(() => acceptor.sockets.length === 1, 'a connection');
  t.match(acceptor.ends[0], /^127\.0\.0\.1:\d+ 127\.0\.0\.1:\d+$/);
  acceptor.sockets[0]?.destroy();
  client.destroy();
});

t.test('a port in use is an answer and not an exception', async (t) => {
  const first = new ListeningSocket(settings('127.0.0.1'), new Recorder());
  await open(first);
  t.teardown(() => first.close());
  const { port } = first.address;
  const second = new ListeningSocket(settings('127.0.0.1', port), new Recorder());
  t.equal(await open(second), `cannot bind '127.0.0.1:${port}': Address already in use`);
  const foreign = new ListeningSocket(settings('192.0.2.1'), new Recorder());
  t.equal(await open(foreign), "cannot bind '192.0.2.1:0': Cannot assign requested address");
});

t.test('workers share a port when they are told to', async (t) => {
  const first = new ListeningSocket(settings('127.0.0.1', 0, { reusePort: true }), new Recorder());
  t.equal(await open(first), null);
  const second = new ListeningSocket(settings('127.0.0.1', first.address.port, { reusePort: true }), new Recorder());
  t.equal(await open(second), null);
  t.equal(second.address.port, first.address.port);
  first.close();
  second.close();
});

t.test('`::` takes IPv4 connections only when asked, and shows them as IPv4', async (t) => {
  const acceptor = new Recorder();
  const both = new ListeningSocket(settings('::', 0, { dualStack: true }), acceptor);
  t.equal(await open(both), null);
  t.teardown(() => both.close());
  const clients = [connect({ port: both.address.port, host: '127.0.0.1' }), connect({ port: both.address.port, host: '::1' })];
  await until(() => acceptor.sockets.length === 2, 'both');
  t.ok(acceptor.ends.some((ends) => /^127\.0\.0\.1:\d+ 127\.0\.0\.1:\d+$/.test(ends)));
  t.ok(acceptor.ends.some((ends) => /^\[::1\]:\d+ \[::1\]:\d+$/.test(ends)));
  for (const socket of [...acceptor.sockets, ...clients]) socket.destroy();

  const one = new ListeningSocket(settings('::'), new Recorder());
  t.equal(await open(one), null);
  t.teardown(() => one.close());
  const [error] = (await once(connect({ port: one.address.port, host: '127.0.0.1' }), 'error')) as [NodeJS.ErrnoException];
  t.equal(error.code, 'ECONNREFUSED');
});

t.test('connections go to whoever accepts now, and to nobody after the close', async (t) => {
  const first = new Recorder();
  const second = new Recorder();
  const socket = new ListeningSocket(settings('127.0.0.1'), first);
  await open(socket);
  const dial = (): Socket => connect({ port: socket.address.port, host: '127.0.0.1' });
  const clients = [dial()];
  await until(() => first.sockets.length === 1, 'the first');
  socket.acceptor = second;
  clients.push(dial());
  await until(() => second.sockets.length === 1, 'the second');
  socket.close();
  socket.close();
  const [error] = (await once(dial(), 'error')) as [NodeJS.ErrnoException];
  t.equal(error.code, 'ECONNREFUSED');
  t.equal(first.sockets.length, 1);
  for (const each of [...first.sockets, ...second.sockets, ...clients]) each.destroy();
});
