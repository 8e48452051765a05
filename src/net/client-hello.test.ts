import { type ConnectionOptions, connect } from 'node:tls';
import t from 'tap';
import { listenTo, until } from '../../test/support/sockets.ts';
import { type ClientHello, HELLO_NONE, HELLO_PART, MAX_HELLO_BYTES, readClientHello } from './client-hello.ts';

/** What Node's client sends. */
async function helloOf(options: ConnectionOptions): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  const { server, port } = await listenTo((socket) => {
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
    });
    socket.resume();
  });
  const client = connect({ port, host: '127.0.0.1', ...options });
  client.on('error', () => {});
  await until(() => bytes.length > 0 && readClientHello(bytes) !== HELLO_PART, 'a hello');
  client.destroy();
  server.close();
  return bytes;
}

t.test('a hello tells names, protocols, versions and what the client can verify', async (t) => {
  const bytes = await helloOf({
    servername: 'a.example',
    ALPNProtocols: ['istio', 'h2'],
    ecdhCurve: 'X25519:P-256',
    minVersion: 'TLSv1.2',
  });
  const hello = readClientHello(bytes) as ClientHello;
  t.equal(hello.serverName, 'a.example');
  t.same(hello.alpn, ['istio', 'h2']);
  t.same(hello.versions, [0x0304, 0x0303]);
  t.same(hello.groups, [29, 23]);
  t.same(hello.keyShares, [29]);
  t.ok(hello.signatureAlgorithms.includes(0x0403));
  t.ok(hello.cipherSuites.includes(0x1301));
  t.equal(hello.resumes, false);
});

t.test('TLS 1.2 alone, without a name', async (t) => {
  const hello = readClientHello(await helloOf({ maxVersion: 'TLSv1.2' })) as ClientHello;
  t.match(hello, { serverName: '', alpn: [], versions: [0x0303], keyShares: [] });
});

t.test('cut anywhere it is a part, in records of any size it is whole, and broken bytes are none or harmless', async (t) => {
  const bytes = await helloOf({ servername: 'a.example' });
  for (let length = 0; length < bytes.length; length++) t.equal(readClientHello(bytes.subarray(0, length)), HELLO_PART, `${length}`);
  const message = bytes.subarray(5);
  for (const size of [1, 7, 100]) {
    const records: Buffer[] = [];
    for (let at = 0; at < message.length; at += size) {
      const fragment = message.subarray(at, at + size);
      records.push(Buffer.from([22, 3, 1, fragment.length >> 8, fragment.length & 0xff]), fragment);
    }
    const hello = readClientHello(Buffer.concat(records));
    t.match(hello, { serverName: 'a.example' }, `records of ${size}`);
  }
  for (let at = 0; at < bytes.length; at++) {
    const broken = Buffer.from(bytes);
    broken[at] = (broken[at] as number) ^ 0xff;
    readClientHello(broken);
  }
});

t.test('what is no hello is told at the first byte that says so', (t) => {
  t.equal(readClientHello(Buffer.from('GET / HTTP/1.1')), HELLO_NONE);
  t.equal(readClientHello(Buffer.from('PRI * HTTP/2.0')), HELLO_NONE);
  t.equal(readClientHello(Buffer.from([22, 2])), HELLO_NONE);
  t.equal(readClientHello(Buffer.from([22, 3, 1, 0, 5, 2])), HELLO_NONE, 'a ServerHello');
  t.equal(readClientHello(Buffer.from([22, 3, 1, 0, 0])), HELLO_NONE, 'an empty record');
  t.equal(readClientHello(Buffer.from([22, 3, 1, 0, 4, 1, 0xff, 0xff, 0xff])), HELLO_NONE, 'longer than anybody sends');
  const endless = Buffer.concat(Array.from({ length: MAX_HELLO_BYTES }, () => Buffer.from([22, 3, 1, 0, 1, 1])));
  t.equal(readClientHello(endless), HELLO_NONE);
  t.end();
});
