import { connect, type Socket } from 'node:net';
import t from 'tap';
import { until } from '../../test/support/sockets.ts';
import { formatAddress, ipAddress } from '../base/address.ts';
import { openBound } from './bound-descriptor.ts';
import { type Libc, loadLibc } from './libc.ts';
import { type Acceptor, endsOf, ListeningSocket, type ListenSettings } from './listening-socket.ts';
import { KernelDestinations } from './original-destination.ts';

const libc = loadLibc();
const LINUX = typeof libc === 'string' ? { skip: libc } : {};

const settings = (ip: string, more: Partial<ListenSettings> = {}): ListenSettings => ({
  address: ipAddress(ip, 0),
  dualStack: false,
  reusePort: false,
  backlog: 128,
  ...more,
});

class Recorder implements Acceptor {
  readonly sockets: Socket[] = [];
  readonly ends: string[] = [];

  onAccept(socket: Socket, from: ListeningSocket): void {
    this.sockets.push(socket);
    const ends = endsOf(socket, from);
    this.ends.push(ends === null ? 'gone' : formatAddress(ends.local));
  }

  onAcceptError(): void {}
}

const open = (socket: ListeningSocket): Promise<string | null> => new Promise((resolve) => socket.open(resolve));

t.test('an address that does not exist can be bound freely', LINUX, async (t) => {
  for (const ip of ['192.0.2.7', '2001:db8::7']) {
    const socket = new ListeningSocket(settings(ip, { freebind: true, reusePort: true }), new Recorder());
    t.equal(await open(socket), null, ip);
    t.not(socket.address.port, 0);
    const twin = new ListeningSocket({ ...socket.settings, address: socket.address }, new Recorder());
    t.equal(await open(twin), null, 'several workers share it');
    socket.close();
    twin.close();
  }
  const strict = new ListeningSocket(settings('192.0.2.7', { transparent: false }), new Recorder());
  t.match(await open(strict), /^cannot bind '192\.0\.2\.7:0': Cannot assign requested address$/);
});

t.test('connections of a socket that was bound by hand are like any other', LINUX, async (t) => {
  for (const [ip, from] of [
    ['127.0.0.1', '127.0.0.1'],
    ['::', '127.0.0.1'],
    ['::', '::1'],
  ] as const) {
    const acceptor = new Recorder();
    const socket = new ListeningSocket(settings(ip, { freebind: true, dualStack: true }), acceptor);
    t.equal(await open(socket), null);
    const client = connect({ port: socket.address.port, host: from });
    await until(() => acceptor.sockets.length === 1, 'a connection');
    t.equal(acceptor.ends[0], formatAddress(ipAddress(from, socket.address.port)));
    client.destroy();
    acceptor.sockets[0]?.destroy();
    socket.close();
  }
});

t.test('a transparent socket says so to whoever asks for the original destination', LINUX, async (t) => {
  const acceptor = new Recorder();
  const socket = new ListeningSocket(settings('127.0.0.1', { transparent: true }), acceptor);
  const error = await open(socket);
  t.teardown(() => socket.close());
  if (error !== null) {
    t.match(error, /Operation not permitted$/, 'without CAP_NET_ADMIN it is refused');
    return;
  }
  const client = connect({ port: socket.address.port, host: '127.0.0.1' });
  await until(() => acceptor.sockets.length === 1, 'a connection');
  const [accepted] = acceptor.sockets;
  t.match(new KernelDestinations(libc as Libc).of(accepted as Socket), { ip: '127.0.0.1', port: socket.address.port });
  client.destroy();
  accepted?.destroy();
});

t.test('what the kernel refuses is said in its words, and no descriptor is left', LINUX, (t) => {
  const closed: number[] = [];
  const refusing = (failing: 'socket' | 'setsockopt' | 'bind', errno: number): Libc => ({
    getsockopt: () => 0,
    socket: () => (failing === 'socket' ? -1 : 7),
    setsockopt: () => (failing === 'setsockopt' ? -1 : 0),
    bind: () => (failing === 'bind' ? -1 : 0),
    close: (fd) => closed.push(fd),
    errno: () => errno,
  });
  const [EPERM, EMFILE, EADDRINUSE] = [1, 24, 98];
  t.equal(openBound(settings('10.0.0.1'), refusing('socket', EMFILE)), "cannot bind '10.0.0.1:0': Too many open files");
  t.same(closed, []);
  t.equal(openBound(settings('::1'), refusing('setsockopt', EPERM)), "cannot bind '[::1]:0': Operation not permitted");
  t.equal(openBound(settings('10.0.0.1'), refusing('bind', EADDRINUSE)), "cannot bind '10.0.0.1:0': Address already in use");
  t.same(closed, [7, 7]);
  t.end();
});
