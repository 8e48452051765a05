import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { RecordingCallbacks } from '../../test/support/connection.ts';
import { listenTo, READ_MODES, realLoop, turns, until } from '../../test/support/sockets.ts';
import { formatAddress, ipAddress } from '../base/address.ts';
import { connect } from './connect.ts';
import { CLOSE_NO_FLUSH } from './connection.ts';
import { isLocalFailure } from './socket-errors.ts';

const PLAIN = { sourceAddress: null, keepAlive: null };

for (const [name, readMode] of READ_MODES) {
  t.test(`${name}: what is written before the connection stands arrives after it`, async (t) => {
    const dispatcher = realLoop();
    const { server, address } = await listenTo((socket) => socket.pipe(socket));
    t.teardown(() => server.close());
    const callbacks = new RecordingCallbacks();
    const connection = connect(dispatcher, address, { ...PLAIN, readMode }, callbacks);
    t.equal(connection.open, true);
    const big = 'b'.repeat(100_000);
    connection.writeLatin1('first ');
    connection.writeLatin1(big);
    connection.writeLatin1(' last');
    connection.end();
    await until(() => callbacks.events.some((e) => e.startsWith('close')), 'the end');
    t.same(callbacks.events, ['connected', `data:first ${big} last`, 'end', 'close:local']);
    t.equal(dispatcher.memory.inUse, 0);
  });

  t.test(`${name}: reading that is disabled before the connection stands begins when it is enabled`, async (t) => {
    const dispatcher = realLoop();
    const { server, address } = await listenTo((socket) => socket.end('hello'));
    t.teardown(() => server.close());
    const callbacks = new RecordingCallbacks();
    const connection = connect(dispatcher, address, { ...PLAIN, readMode }, callbacks);
    connection.readDisable(true);
    await until(() => callbacks.events.length > 0, 'connect');
    await turns(50);
    t.same(callbacks.events, ['connected']);
    connection.readDisable(false);
    await until(() => callbacks.events.includes('end'), 'input');
    t.same(callbacks.events, ['connected', 'data:hello', 'end']);
    connection.close(CLOSE_NO_FLUSH);
  });

  t.test(`${name}: giving up a connection attempt reports one local close and no connect`, async (t) => {
    const dispatcher = realLoop();
    const { server, address } = await listenTo((socket) => socket.resume());
    t.teardown(() => server.close());
    const callbacks = new RecordingCallbacks();
    const connection = connect(dispatcher, address, { ...PLAIN, readMode }, callbacks);
    connection.writeLatin1('never sent');
    connection.close(CLOSE_NO_FLUSH);
    connection.close(CLOSE_NO_FLUSH);
    t.same(callbacks.events, []);
    await turns(50);
    t.same(callbacks.events, ['close:local']);
    t.equal(dispatcher.memory.inUse, 0);
  });
}

t.test('a connection that cannot be opened is closed once, with the reason in the words of Envoy', async (t) => {
  const dispatcher = realLoop();
  const { server, address } = await listenTo(() => {});
  server.close();
  const cases = [
    [address, null, 'delayed connect error: Connection refused'],
    [ipAddress('255.255.255.255', 9), null, 'immediate connect error: Network is unreachable|remote address:255.255.255.255:9'],
    [address, ipAddress('9.9.9.9', 0), 'failed to bind to 9.9.9.9:0: Cannot assign requested address'],
    [
      { kind: 'pipe', path: '/nonexistent/socket' },
      null,
      'immediate connect error: No such file or directory|remote address:/nonexistent/socket',
    ],
    [ipAddress('not-an-address', 1), null, 'delayed connect error: malformed IP address: not-an-address'],
  ] as const;
  for (const [to, sourceAddress, text] of cases) {
    const callbacks = new RecordingCallbacks();
    const connection = connect(dispatcher, to, { sourceAddress, keepAlive: null }, callbacks);
    await until(() => callbacks.events.length > 0, 'the failure');
    await turns(5);
    t.same(callbacks.events, ['close:error']);
    t.equal(connection.errorText, text);
    t.equal(isLocalFailure(text), sourceAddress !== null);
    t.equal(connection.open, false);
  }
});

t.test('the local address is known when the connection stands, and is the one asked for', async (t) => {
  const dispatcher = realLoop();
  const { server, address } = await listenTo((socket) => socket.resume());
  t.teardown(() => server.close());
  const callbacks = new RecordingCallbacks();
  const keepAlive = { idleMs: 10_000, intervalMs: 0, probes: 3 };
  const connection = connect(dispatcher, address, { sourceAddress: ipAddress('127.0.0.6', 0), keepAlive }, callbacks);
  t.equal(formatAddress(connection.localAddress), '0.0.0.0:0', 'unknown before');
  await until(() => callbacks.events.length > 0, 'connect');
  t.match(formatAddress(connection.localAddress), /^127\.0\.0\.6:[1-9]/);
  t.equal(connection.remoteAddress, address);
  connection.close(CLOSE_NO_FLUSH);
});

t.test('Unix-domain sockets connect by path', async (t) => {
  const dispatcher = realLoop();
  const folder = mkdtempSync(join(tmpdir(), 'outrigger-'));
  const path = join(folder, 's');
  const server = createServer((socket) => socket.end('hello'));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.teardown(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  const callbacks = new RecordingCallbacks();
  const connection = connect(dispatcher, { kind: 'pipe', path }, PLAIN, callbacks);
  await until(() => callbacks.events.includes('end'), 'the answer');
  t.same(callbacks.events, ['connected', 'data:hello', 'end']);
  connection.close(2);
  await turns(3);
  t.same(callbacks.events.at(-1), 'close:local');
});
