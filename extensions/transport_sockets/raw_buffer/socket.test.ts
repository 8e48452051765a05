import { connect } from 'node:net';
import t from 'tap';
import { ipAddress } from '../../../src/base/address.ts';
import { CLOSE_NO_FLUSH, type Connection } from '../../../src/net/connection.ts';
import { RecordingCallbacks } from '../../../test/support/connection.ts';
import { listenTo, realLoop, until } from '../../../test/support/sockets.ts';
import { RawAccept, RawConnect } from './socket.ts';

t.test('peeked bytes come before what follows, with the addresses that were restored', async (t) => {
  const dispatcher = realLoop();
  const callbacks = new RecordingCallbacks();
  let connection: Connection | null = null;
  const original = ipAddress('10.0.0.1', 80);
  const { server, port } = await listenTo((socket) => {
    const accepted = {
      socket,
      peeked: Buffer.from('GET '),
      localAddress: original,
      remoteAddress: ipAddress('10.0.0.2', 4711),
      serverName: '',
    };
    new RawAccept().accept(dispatcher, accepted, {
      onReady(ready) {
        connection = ready;
        ready.setCallbacks(callbacks);
      },
      onFailure: () => t.fail('plain text cannot fail'),
    });
    t.not(connection, null, 'ready before accept returned');
  });
  const client = connect({ port, host: '127.0.0.1' });
  t.teardown(() => {
    server.close();
    client.destroy();
  });
  client.write('/');
  await until(() => callbacks.events[0] === 'data:GET /', 'input');
  const ready = connection as unknown as Connection;
  t.equal(ready.localAddress, original);
  t.equal(ready.tls, null);
  ready.close(CLOSE_NO_FLUSH);
});

t.test('a connection that is refused while it becomes ready reads nothing', async (t) => {
  const dispatcher = realLoop();
  const callbacks = new RecordingCallbacks();
  const { server, port } = await listenTo((socket) => {
    const address = ipAddress('127.0.0.1', 1);
    const accepted = { socket, peeked: Buffer.from('x'), localAddress: address, remoteAddress: address, serverName: '' };
    new RawAccept().accept(dispatcher, accepted, {
      onReady(connection) {
        connection.setCallbacks(callbacks);
        connection.close(CLOSE_NO_FLUSH);
      },
      onFailure() {},
    });
  });
  const client = connect({ port, host: '127.0.0.1' });
  client.on('error', () => {});
  t.teardown(() => {
    server.close();
    client.destroy();
  });
  await until(() => callbacks.events.length > 0, 'close');
  t.same(callbacks.events, ['close:local']);
});

t.test('connections to hosts come from the source address that is asked for', async (t) => {
  const dispatcher = realLoop();
  const callbacks = new RecordingCallbacks();
  let from = '';
  const { server, address } = await listenTo((socket) => {
    from = socket.remoteAddress ?? '';
    socket.end('hello');
  });
  t.teardown(() => server.close());
  const options = { alpn: null, serverName: '', sourceAddress: ipAddress('127.0.0.6', 0) };
  const connection = new RawConnect().connect(dispatcher, address, options, callbacks);
  await until(() => callbacks.events.includes('end'), 'the answer');
  t.same(callbacks.events, ['connected', 'data:hello', 'end']);
  t.equal(from, '127.0.0.6');
  connection.close(CLOSE_NO_FLUSH);
});
