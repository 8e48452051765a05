import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket, connect as tcp } from 'node:net';
import { type ConnectionOptions, connect, createSecureContext, type TLSSocket } from 'node:tls';
import t, { type Test as Tap } from 'tap';
import { newAuthority } from '../../test/support/certificates.ts';
import { until } from '../../test/support/sockets.ts';
import { CAN_ADOPT } from './accepted-socket.ts';
import { LoopMemory } from './loop-memory.ts';
import { acceptTls, feed, isDirect, openTls, TLS_WRITING, writeTls } from './node-tls.ts';
import type { SocketError } from './socket-errors.ts';
import { type FirstReader, readFirst, stopFirst, type TlsStream } from './tls-stream.ts';

const HERE = { skip: CAN_ADOPT ? false : 'private parts of another Node' };
const root = newAuthority('root');
const { chain, keyPem } = root.workload('spiffe://td/server');
const context = createSecureContext({ cert: chain, key: keyPem });

/** In place of a connection. */
class Recorder {
  readonly events: string[] = [];
  readonly stream: TlsStream;
  text = '';

  constructor(stream: TlsStream) {
    this.stream = stream;
    (stream as { reader: unknown }).reader = this;
  }

  onConnected(): void {
    this.events.push('connected');
  }

  onSecure(): void {
    this.events.push('secure');
  }

  onRead(end: number, buffer: Buffer): void {
    this.text += buffer.latin1Slice(0, end);
    this.stream.memory.stay = true;
  }

  onEnded(): void {
    this.events.push('end');
  }

  onError(error: SocketError): void {
    this.events.push(`error:${error.code}`);
  }

  onSocketGone(): void {
    this.events.push('gone');
  }
}

interface Served {
  readonly port: number;
  readonly accepted: Recorder[];
}

async function serve(t: Tap): Promise<Served> {
  const accepted: Recorder[] = [];
  const memory = new LoopMemory();
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket: Socket) => {
    const first: FirstReader = {
      onFirst(data) {
        stopFirst(socket);
        const options = { context, identity: null, requestCert: false, requireCert: false, alpn: Buffer.from('\x02h2') };
        const secured = acceptTls(socket, memory, options) as TLSSocket;
        t.ok(isDirect(secured));
        accepted.push(new Recorder(secured as unknown as TlsStream));
        feed(secured, socket, data);
      },
      onFailed: () => socket.destroy(),
    };
    t.equal(readFirst(socket, memory, first), true);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return { port: (server.address() as AddressInfo).port, accepted };
}

t.test('a server reads, writes and ends like a socket', HERE, async (t) => {
  const { port, accepted } = await serve(t);
  const options: ConnectionOptions & { allowHalfOpen: boolean } = {
    port,
    rejectUnauthorized: false,
    ALPNProtocols: ['h2'],
    allowHalfOpen: true,
  };
  const client = connect({ ...options, host: '127.0.0.1' });
  let answer = '';
  client.on('data', (data: Buffer) => {
    answer += data.toString();
  });
  await once(client, 'secureConnect');
  client.end('hello');
  await until(() => accepted[0]?.events.includes('end') === true, 'the end of the client');
  const { stream, text } = accepted[0] as Recorder;
  t.equal(text, 'hello');
  t.equal(stream.alpnProtocol, 'h2');
  t.equal(stream.localPort, port);
  t.match(stream.getProtocol(), /^TLSv1\.3$/);
  t.equal(stream.destroyed, false, 'half open');
  const written: number[] = [];
  const writer = { onWritten: (status: number) => void written.push(status) };
  t.equal(writeTls(stream as unknown as TLSSocket, Buffer.from('bye'), writer), TLS_WRITING);
  await until(() => written.length > 0, 'the write');
  t.same(written, [0]);
  stream.end();
  await until(() => accepted[0]?.events.includes('gone') === true, 'the close');
  t.same(accepted[0]?.events, ['secure', 'end', 'gone']);
  await until(() => answer === 'bye', 'the answer');
  t.equal(stream._handle, null);
});

t.test('what is no TLS is an error of the library, and the socket goes', HERE, async (t) => {
  const { port, accepted } = await serve(t);
  const client = tcp(port, '127.0.0.1');
  client.on('error', () => {});
  client.write('GET / HTTP/1.1\r\n\r\n');
  await until(() => accepted[0]?.events.includes('gone') === true, 'the close');
  t.match(accepted[0]?.events, [/^error:ERR_SSL_/, 'gone']);
  client.destroy();
});

t.test('a client tells when TCP stands, when TLS does, and when the peer is gone', HERE, async (t) => {
  const { port, accepted } = await serve(t);
  const plain = tcp({ port, host: '127.0.0.1' });
  const options = { context: createSecureContext(), alpn: null, serverName: 'a.example', session: null, preface: null };
  const stream = openTls(plain, new LoopMemory(), options, null) as unknown as TlsStream;
  const recorder = new Recorder(stream);
  await until(() => recorder.events.includes('secure'), 'the handshake');
  t.equal(stream.isSessionReused(), false);
  await until(() => accepted[0]?.events.includes('secure') === true, 'the server');
  accepted[0]?.stream.destroy();
  await until(() => recorder.events.includes('end'), 'the end');
  stream.destroy();
  await until(() => recorder.events.includes('gone'), 'the close');
  t.same(recorder.events, ['connected', 'secure', 'end', 'gone']);
});

t.test('a client that is refused or given up says so once', HERE, async (t) => {
  const unused = createServer().listen(0, '127.0.0.1');
  await once(unused, 'listening');
  const { port } = unused.address() as AddressInfo;
  unused.close();
  await once(unused, 'close');
  const options = { context: createSecureContext(), alpn: null, serverName: '', session: null, preface: null };
  const open = () => new Recorder(openTls(tcp(port, '127.0.0.1'), new LoopMemory(), options, null) as unknown as TlsStream);
  const refused = open();
  await until(() => refused.events.includes('gone'), 'the refusal');
  t.same(refused.events, ['error:ECONNREFUSED', 'gone']);
  const given = open();
  given.stream.destroy();
  await until(() => given.events.includes('gone'), 'the close');
  t.same(given.events, ['gone']);
});
