import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import t from 'tap';
import { RecordingCallbacks } from '../../test/support/connection.ts';
import { realLoop, until } from '../../test/support/sockets.ts';
import { ipAddress } from '../base/address.ts';
import { connect } from './connect.ts';
import { CLOSE_NO_FLUSH, type Connection } from './connection.ts';
import { LatePort, latePortOf } from './late-port.ts';
import { type Libc, loadLibc } from './libc.ts';

const libc = loadLibc();
const LINUX = typeof libc === 'string' ? { skip: libc } : {};

t.test('connections come from the address, with a port that the kernel chose', LINUX, async (t) => {
  const dispatcher = realLoop();
  const from: string[] = [];
  const servers = await Promise.all(
    [0, 1].map(async () => {
      const server = createServer((socket: Socket) => {
        from.push(socket.remoteAddress ?? '');
        socket.on('error', () => {}).end('hello');
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  t.teardown(() => {
    for (const server of servers) server.close();
    dispatcher.close();
  });
  const source = ipAddress('127.0.0.6', 0);
  const opener = latePortOf(source);
  for (const server of servers) {
    const callbacks = new RecordingCallbacks();
    const to = ipAddress('127.0.0.1', (server.address() as AddressInfo).port);
    const connection: Connection = connect(dispatcher, to, { sourceAddress: source, opener, keepAlive: null }, callbacks);
    await until(() => callbacks.events.includes('end'), 'the answer');
    t.same(callbacks.events, ['connected', 'data:hello', 'end']);
    t.match(connection.localAddress, { ip: '127.0.0.6' });
    connection.close(CLOSE_NO_FLUSH);
  }
  t.same(from, ['127.0.0.6', '127.0.0.6']);
});

t.test('IPv6 too', LINUX, async (t) => {
  const dispatcher = realLoop();
  const server = createServer((socket) => void socket.end(socket.remoteAddress ?? '')).listen(0, '::1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    dispatcher.close();
  });
  const source = ipAddress('::1', 0);
  const callbacks = new RecordingCallbacks();
  const to = ipAddress('::1', (server.address() as AddressInfo).port);
  const connection = connect(dispatcher, to, { sourceAddress: source, opener: latePortOf(source), keepAlive: null }, callbacks);
  await until(() => callbacks.events.includes('end'), 'the answer');
  t.same(callbacks.events, ['connected', 'data:::1', 'end']);
  connection.close(CLOSE_NO_FLUSH);
});

t.test('an address that is not ours is told as ever, and a refused connection too', LINUX, async (t) => {
  const dispatcher = realLoop();
  t.teardown(() => dispatcher.close());
  for (const [ip, text] of [
    ['192.0.2.1', /^failed to bind to 192\.0\.2\.1:0: Cannot assign requested address$/],
    ['127.0.0.6', /^delayed connect error: Connection refused$/],
  ] as const) {
    const source = ipAddress(ip, 0);
    const callbacks = new RecordingCallbacks();
    const how = { sourceAddress: source, opener: latePortOf(source), keepAlive: null };
    const connection = connect(dispatcher, ipAddress('127.0.0.1', 1), how, callbacks);
    await until(() => callbacks.events.length > 0, 'the end');
    t.same(callbacks.events, ['close:error']);
    t.match(connection.errorText, text);
  }
});

t.test('what the kernel refuses leaves no descriptor', (t) => {
  const closed: number[] = [];
  const refusing = (failing: 'socket' | 'bind'): Libc => ({
    getsockopt: () => 0,
    socket: () => (failing === 'socket' ? -1 : 7),
    setsockopt: () => 0,
    bind: () => (failing === 'bind' ? -1 : 0),
    close: (fd) => closed.push(fd),
    errno: () => 1,
  });
  t.equal(new LatePort(ipAddress('127.0.0.6', 0), refusing('socket')).open(), -1);
  t.same(closed, []);
  t.equal(new LatePort(ipAddress('127.0.0.6', 0), refusing('bind')).open(), -1);
  t.same(closed, [7]);
  t.end();
});
