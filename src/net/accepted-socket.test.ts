import { connect, type Socket } from 'node:net';
import t from 'tap';
import { RecordingCallbacks } from '../../test/support/connection.ts';
import { listenTo, realLoop, turns, until } from '../../test/support/sockets.ts';
import { ipAddress } from '../base/address.ts';
import { adopt, CAN_ADOPT, descriptorOf } from './accepted-socket.ts';
import { CLOSE_NO_FLUSH } from './connection.ts';
import { SocketConnection } from './socket-connection.ts';
import { READS_STATIC } from './socket-options.ts';

const SKIP = CAN_ADOPT ? false : 'not on this Node';

/** A client, and its accepted socket. */
async function pair(t: { teardown(run: () => void): void }): Promise<{ client: Socket; accepted: Socket }> {
  const sockets: Socket[] = [];
  const { server, port } = await listenTo((socket) => void sockets.push(socket));
  const client = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  client.on('error', () => {});
  t.teardown(() => {
    server.close();
    client.destroy();
    for (const socket of sockets) socket.destroy();
  });
  await until(() => sockets.length === 1, 'the connection');
  return { client, accepted: sockets[0] as Socket };
}

t.test('what comes after a peek waits until somebody asks, and comes after it', { skip: SKIP }, async (t) => {
  const { client, accepted } = await pair(t);
  let peeked: Buffer | null = null;
  const onReadable = (): void => {
    peeked = accepted.read() as Buffer | null;
  };
  accepted.on('readable', onReadable);
  client.write('ab');
  await until(() => peeked !== null, 'the first bytes');
  accepted.off('readable', onReadable);

  const dispatcher = realLoop();
  const address = ipAddress('127.0.0.1', 1);
  const connection = new SocketConnection({
    dispatcher,
    socket: adopt(accepted, dispatcher.memory) as Socket,
    readMode: READS_STATIC,
    localAddress: address,
    remoteAddress: address,
    tls: null,
    connected: true,
  });
  const callbacks = new RecordingCallbacks();
  connection.setCallbacks(callbacks);
  connection.readDisable(true);
  connection.start(peeked);
  client.end('cd');
  await turns(50);
  t.same(callbacks.events, [], 'neither bytes nor FIN');
  connection.readDisable(false);
  await until(() => callbacks.events.includes('end'), 'the FIN');
  t.same(callbacks.events, ['data:abcd', 'end']);
  connection.close(CLOSE_NO_FLUSH);
});

t.test('a descriptor is known while its socket is open', { skip: SKIP }, async (t) => {
  const { accepted } = await pair(t);
  t.ok(descriptorOf(accepted) > 2);
  accepted.destroy();
  t.equal(descriptorOf(accepted), -1);
});
