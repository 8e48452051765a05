import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import t from 'tap';
import { ipBytes } from '../base/ip.ts';
import { type Libc, loadLibc } from './libc.ts';
import { KernelDestinations, originalDestinationsOf } from './original-destination.ts';

type GetSocketOption = Libc['getsockopt'];

const SKIP = process.platform === 'linux' ? false : 'Linux only';

/** A socket as far as it is looked at. */
function socketAt(localAddress: string | undefined, localPort = 15001, fd = 7): Socket {
  return { localAddress, localPort, _handle: fd < 0 ? null : { fd } } as unknown as Socket;
}

/** A kernel that redirected everything to where it is told. */
function redirected(ip: string, port: number, asked: number[][] = []): GetSocketOption {
  return (fd, level, option, value, length) => {
    asked.push([fd, level, option, length[0] as number]);
    const bytes = ipBytes(ip) as Uint8Array;
    new DataView(value.buffer, value.byteOffset).setUint16(2, port);
    value.set(bytes, bytes.length === 4 ? 4 : 8);
    return 0;
  };
}

function kernelOf(getsockopt: GetSocketOption): KernelDestinations {
  return new KernelDestinations({ getsockopt });
}

t.test('the kernel is asked for the family of the connection', (t) => {
  const asked: number[][] = [];
  t.same(kernelOf(redirected('10.96.0.1', 443, asked)).of(socketAt('127.0.0.1')), {
    kind: 'ip',
    ip: '10.96.0.1',
    port: 443,
    family: 4,
  });
  t.match(kernelOf(redirected('fd00::1', 80, asked)).of(socketAt('::1')), { ip: 'fd00::1', port: 80, family: 6 });
  t.match(kernelOf(redirected('10.0.0.9', 80, asked)).of(socketAt('::ffff:127.0.0.1')), { ip: '10.0.0.9', family: 4 });
  t.same(asked, [
    [7, 0, 80, 28],
    [7, 41, 80, 28],
    [7, 0, 80, 28],
  ]);
  t.end();
});

t.test('a transparent socket has the address itself', (t) => {
  const asked: number[] = [];
  const kernel: GetSocketOption = (_fd, _level, option, value) => {
    asked.push(option);
    if (option === 80) return -1;
    value[0] = 1;
    return 0;
  };
  const destinations = kernelOf(kernel);
  t.match(destinations.of(socketAt('10.0.0.5', 8080)), { ip: '10.0.0.5', port: 8080, family: 4 });
  t.match(destinations.of(socketAt('::ffff:10.0.0.5', 8080)), { ip: '10.0.0.5', port: 8080, family: 4 });
  t.match(destinations.of(socketAt('fd00::5', 8080)), { ip: 'fd00::5', port: 8080, family: 6 });
  t.same(asked, [80, 19, 80, 19, 80, 75]);
  t.end();
});

t.test('there may be none', (t) => {
  const refuses = kernelOf(() => -1);
  t.equal(refuses.of(socketAt('127.0.0.1')), null);
  const opaque = kernelOf((_fd, _level, option) => (option === 80 ? -1 : 0));
  t.equal(opaque.of(socketAt('127.0.0.1')), null, 'neither redirected nor transparent');
  const never = kernelOf(() => t.fail('nothing to ask') as never);
  t.equal(never.of(socketAt('127.0.0.1', 1, -1)), null, 'a closed socket');
  t.equal(never.of(socketAt(undefined)), null, 'a peer that left');
  t.end();
});

t.test('the C library answers for a real connection', { skip: SKIP }, async (t) => {
  const libc = loadLibc();
  if (typeof libc === 'string') {
    t.fail(libc);
    return;
  }
  const [SOL_SOCKET, SO_TYPE] = [1, 3];
  const server = createServer((socket) => {
    const fd = (socket as unknown as { _handle: { fd: number } })._handle.fd;
    const value = Buffer.alloc(4);
    t.equal(libc.getsockopt(fd, SOL_SOCKET, SO_TYPE, value, new Uint32Array([4])), 0);
    t.equal(value.readInt32LE(0), 1, 'SOCK_STREAM');
    const destination = new KernelDestinations(libc).of(socket);
    // With connection tracking the kernel names the address that was connected to.
    if (destination !== null) t.match(destination, { ip: '127.0.0.1', port: socket.localPort });
    socket.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = connect((server.address() as { port: number }).port, '127.0.0.1').resume();
  await new Promise((resolve) => client.on('close', resolve));
  server.close();
});

t.test('a worker loads it once', { skip: SKIP }, (t) => {
  const worker = {};
  t.type(originalDestinationsOf(worker), KernelDestinations);
  t.equal(originalDestinationsOf(worker), originalDestinationsOf(worker));
  t.not(originalDestinationsOf({}), originalDestinationsOf(worker));
  t.end();
});
