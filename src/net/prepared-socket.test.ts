import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { platform } from 'node:process';
import t from 'tap';
import { RecordingCallbacks } from '../../test/support/connection.ts';
import { realLoop, until } from '../../test/support/sockets.ts';
import { type IpAddress, ipAddress } from '../base/address.ts';
import { connect } from './connect.ts';
import { CLOSE_NO_FLUSH } from './connection.ts';
import { type Libc, loadLibc } from './libc.ts';
import { type KernelOption, PreparedSocket } from './prepared-socket.ts';
import { isLocalFailure } from './socket-errors.ts';

const LINUX = { skip: platform === 'linux' ? false : 'only on Linux' };

const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_MARK = 36;

const int = (value: number): Uint8Array => new Uint8Array(new Int32Array([value]).buffer);
const option = (name: number, value: number, family: KernelOption['family'] = 0): KernelOption => ({
  level: SOL_SOCKET,
  name,
  value: int(value),
  family,
});

function libc(): Libc {
  const found = loadLibc();
  if (typeof found === 'string') throw new Error(found);
  return found;
}

/** What `connect` through it comes to. */
async function outcome(options: readonly KernelOption[], source: IpAddress | null, host = '127.0.0.1') {
  const server = createServer((socket) => void socket.end(socket.remoteAddress ?? '')).listen(0, host);
  await once(server, 'listening');
  const dispatcher = realLoop();
  const callbacks = new RecordingCallbacks();
  const opener = new PreparedSocket(options, source, libc());
  const to = ipAddress(host, (server.address() as AddressInfo).port);
  const connection = connect(dispatcher, to, { sourceAddress: source, opener, keepAlive: null }, callbacks);
  await until(() => callbacks.events.length > 2 || callbacks.events.some((event) => event.startsWith('close')), 'the end');
  const { errorText } = connection;
  connection.close(CLOSE_NO_FLUSH);
  server.close();
  dispatcher.close();
  return { events: callbacks.events, errorText };
}

t.test('options are set before the connection, and the source is bound', LINUX, async (t) => {
  const set: string[] = [];
  const real = libc();
  const spy: Libc = {
    ...real,
    setsockopt(fd, level, name, value, length) {
      set.push(`${level}/${name}=${Buffer.from(value).toString('hex')}`);
      return real.setsockopt(fd, level, name, value, length);
    },
  };
  const fd = new PreparedSocket([option(SO_RCVBUF, 65_536), option(SO_RCVBUF, 1, 6)], ipAddress('127.0.0.9', 0), spy).open(4);
  if (typeof fd !== 'number') throw fd;
  const value = new Uint8Array(4);
  real.getsockopt(fd, SOL_SOCKET, SO_RCVBUF, value, new Uint32Array([4]));
  t.equal(new DataView(value.buffer).getInt32(0, true), 131_072, 'the kernel doubles it (socket(7))');
  real.close(fd);
  t.same(set, ['1/8=00000100', '0/24=01000000'], 'an option of the other family is left out');
  const { events } = await outcome([option(SO_RCVBUF, 65_536)], ipAddress('127.0.0.9', 0));
  t.same(events, ['connected', 'data:127.0.0.9', 'end']);
});

t.test('IPv6, and no source at all', LINUX, async (t) => {
  t.same((await outcome([option(SO_RCVBUF, 65_536)], null, '::1')).events, ['connected', 'data:::1', 'end']);
});

t.test('an option that the kernel refuses ends the connection before it begins', LINUX, async (t) => {
  const { events, errorText } = await outcome([{ level: SOL_SOCKET, name: 9999, value: int(1), family: 0 }], null);
  t.same(events, ['close:error']);
  t.equal(errorText, 'failed to set a socket option: Protocol not available');
  t.ok(isLocalFailure(errorText));
});

t.test('several connections come from one address', LINUX, async (t) => {
  const outcomes = await Promise.all([0, 1].map(() => outcome([], ipAddress('127.0.0.6', 0))));
  for (const { events } of outcomes) t.same(events, ['connected', 'data:127.0.0.6', 'end']);
});

t.test('what the kernel refuses leaves no descriptor', (t) => {
  const closed: number[] = [];
  const refusing = (failing: string): Libc => ({
    getsockopt: () => 0,
    socket: () => (failing === 'socket' ? -1 : 7),
    setsockopt: () => (failing === 'setsockopt' ? -1 : 0),
    bind: () => (failing === 'bind' ? -1 : 0),
    close: (fd) => closed.push(fd),
    errno: () => 1,
  });
  for (const failing of ['socket', 'setsockopt', 'bind']) {
    const failed = new PreparedSocket([option(SO_RCVBUF, 1)], ipAddress('127.0.0.6', 0), refusing(failing)).open(4);
    t.match(failed, { syscall: failing, code: 'EPERM', address: '127.0.0.6' });
  }
  t.same(closed, [7, 7]);
  t.end();
});

t.test('an address of the other family cannot be bound', LINUX, async (t) => {
  const { errorText } = await outcome([], ipAddress('::1', 0));
  t.equal(errorText, 'failed to bind to [::1]:0: Address family not supported by protocol');
});

t.test('so does a source that is not ours', LINUX, async (t) => {
  const { errorText } = await outcome([option(SO_MARK, 0)], ipAddress('203.0.113.1', 0));
  t.equal(errorText, 'failed to bind to 203.0.113.1:0: Cannot assign requested address');
  t.ok(isLocalFailure(errorText));
});
