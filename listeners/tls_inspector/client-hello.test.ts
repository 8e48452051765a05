import t from 'tap';
import { clientHello, type HelloOptions, helloMessage, nodeHello, records } from '../../test/support/client-hello.ts';
import { ClientHelloReader, HELLO_FOUND, HELLO_MORE, HELLO_NOT_TLS, HELLO_REFUSED } from './client-hello.ts';

interface Read {
  readonly status: number;
  readonly serverName: string;
  readonly alpn: readonly string[];
  readonly consumed: number;
}

function read(bytes: Buffer): Read {
  const reader = new ClientHelloReader();
  return { status: reader.read(bytes), serverName: reader.serverName, alpn: reader.alpn, consumed: reader.consumed };
}

const statusOf = (options: HelloOptions): number => read(clientHello(options)).status;

t.test('server name and protocols are read', (t) => {
  const hello = clientHello({ serverName: 'WWW.Example.COM', alpn: ['istio-http/1.1', 'istio', 'http/1.1'], versions: [0x0304, 0x0303] });
  t.same(read(hello), {
    status: HELLO_FOUND,
    serverName: 'www.example.com',
    alpn: ['istio-http/1.1', 'istio', 'http/1.1'],
    consumed: hello.length,
  });
  t.match(read(clientHello()), { status: HELLO_FOUND, serverName: '', alpn: [] });
  t.match(read(clientHello({ bare: true })), { status: HELLO_FOUND, serverName: '' }, 'without extensions');
  t.match(read(Buffer.concat([hello, Buffer.from('early data')])), { status: HELLO_FOUND, consumed: hello.length });
  t.end();
});

t.test("hellos of Node's client are understood, of each version", async (t) => {
  for (const [minVersion, maxVersion] of [
    ['TLSv1.2', 'TLSv1.2'],
    ['TLSv1.3', 'TLSv1.3'],
    ['TLSv1.2', 'TLSv1.3'],
  ] as const) {
    const hello = await nodeHello({ servername: 'Node.test', ALPNProtocols: ['h2', 'http/1.1'], minVersion, maxVersion });
    t.match(read(hello), { status: HELLO_FOUND, serverName: 'node.test', alpn: ['h2', 'http/1.1'] }, `${minVersion} to ${maxVersion}`);
  }
  t.match(read(await nodeHello({ host: '10.0.0.1' })), { status: HELLO_FOUND, serverName: '', alpn: [] });
});

t.test('it may lie in any number of records and come byte by byte', (t) => {
  const message = helloMessage({ serverName: 'a.test', alpn: ['h2'], versions: [0x0304], padding: 500 });
  for (const size of [1, 3, 4, 100, 16_384]) {
    const bytes = records(message, size);
    const reader = new ClientHelloReader();
    for (let length = 1; length < bytes.length; length++) {
      if (reader.read(bytes.subarray(0, length)) !== HELLO_MORE) t.fail(`decided after ${length} of ${bytes.length} bytes`);
    }
    t.equal(reader.read(bytes), HELLO_FOUND);
    t.match(reader, { serverName: 'a.test', alpn: ['h2'], consumed: bytes.length });
  }
  t.end();
});

t.test('what is no hello is known from its first bytes', (t) => {
  for (const [bytes, consumed] of [
    [Buffer.from('GET / HTTP/1.1\r\n\r\n'), 5],
    [Buffer.from('G'), 1],
    [Buffer.from([0x80, 0x2e, 2]), 3],
    [Buffer.from([22, 2, 0]), 3],
    [Buffer.from([23, 3, 3, 0, 2, 1, 0]), 5],
    [Buffer.from([21, 3, 3, 0, 2, 2, 40]), 7],
    [Buffer.from([22, 3, 1, 0x40, 1]), 5],
    [records(Buffer.from([2, 0, 0, 0])), 9],
    [records(Buffer.from([1, 0, 0x40, 1])), 9],
  ] as const) {
    t.match(read(bytes), { status: HELLO_NOT_TLS, consumed }, bytes.toString('latin1'));
  }
  t.equal(read(records(Buffer.from([1, 0, 0x40, 0]))).status, HELLO_MORE, 'the longest message that a TLS library gathers');
  t.end();
});

t.test('warnings and empty records are put up with, for a while', (t) => {
  const hello = clientHello({ serverName: 'a' });
  const before = (record: readonly number[], count: number) => {
    const records = Array.from({ length: count }, () => Buffer.from(record));
    return read(Buffer.concat([...records, hello])).status;
  };
  t.equal(before([21, 3, 1, 0, 2, 1, 90], 4), HELLO_FOUND);
  t.equal(before([21, 3, 1, 0, 2, 1, 90], 5), HELLO_NOT_TLS);
  t.equal(before([22, 3, 1, 0, 0], 32), HELLO_FOUND);
  t.equal(before([22, 3, 1, 0, 0], 33), HELLO_NOT_TLS);
  t.equal(before([21, 3, 1, 0, 2, 1, 0], 1), HELLO_REFUSED, 'a close_notify');
  t.end();
});

t.test('the version of the message is checked, the list of versions is not', (t) => {
  t.equal(statusOf({ legacyVersion: 0x0301 }), HELLO_FOUND);
  t.equal(statusOf({ legacyVersion: 0x0300 }), HELLO_REFUSED);
  t.equal(statusOf({ legacyVersion: 0x0305, versions: [0x0304] }), HELLO_REFUSED);
  t.equal(statusOf({ versions: [0x7f1c] }), HELLO_FOUND);
  t.end();
});

t.test('a hello in the form of SSL 2 has neither name nor protocols', (t) => {
  const hello = Buffer.concat([Buffer.from([0x80, 31, 1, 3, 3, 0, 6, 0, 0, 0, 16, 0, 0, 0x2f, 0, 0, 0x35]), Buffer.alloc(16, 5)]);
  t.match(read(hello), { status: HELLO_FOUND, serverName: '', alpn: [], consumed: hello.length });
  for (let length = 1; length < hello.length; length++) t.equal(read(hello.subarray(0, length)).status, HELLO_MORE);
  hello[6] = 5;
  t.equal(read(hello).status, HELLO_NOT_TLS);
  t.end();
});

t.test('server names that a TLS library refuses are refused', (t) => {
  t.equal(statusOf({ serverName: 'a'.repeat(255) }), HELLO_FOUND);
  t.equal(statusOf({ serverName: 'a'.repeat(256) }), HELLO_NOT_TLS);
  t.equal(statusOf({ serverName: 'good\0evil' }), HELLO_NOT_TLS);
  t.equal(statusOf({ serverName: '' }), HELLO_NOT_TLS);
  t.equal(statusOf({ extensions: [[0, Buffer.alloc(0)]] }), HELLO_NOT_TLS);
  t.equal(statusOf({ extensions: [[0, Buffer.from([0, 4, 1, 0, 1, 0x61])]] }), HELLO_NOT_TLS, 'a name of another type');
  t.equal(read(clientHello({ serverName: 'trailing.dot.' })).serverName, 'trailing.dot.');
  t.equal(read(clientHello({ serverName: 'a\r\nb' })).serverName, 'a\r\nb', 'it is for whoever prints it to escape it');
  t.end();
});

t.test('malformed protocols are left to the TLS library, malformed messages are no hello', (t) => {
  for (const content of [[0, 2, 0, 0x61], [0, 3, 2, 0x61], [0, 1, 0], []]) {
    t.match(read(clientHello({ extensions: [[16, Buffer.from(content)]] })), { status: HELLO_FOUND, alpn: [] });
  }
  const twice = [0x1234, Buffer.alloc(0)] as const;
  t.equal(statusOf({ extensions: [twice, twice] }), HELLO_NOT_TLS, 'an extension twice');
  t.equal(read(records(Buffer.concat([helloMessage(), Buffer.alloc(4)]))).status, HELLO_NOT_TLS, 'more than a hello in its record');
  t.equal(statusOf({ compression: Buffer.alloc(0) }), HELLO_NOT_TLS);
  const whole = helloMessage({ serverName: 'a' });
  for (let cut = 4; cut < whole.length; cut++) {
    const short = Buffer.from(whole.subarray(0, cut));
    short.writeUIntBE(cut - 4, 1, 3);
    const { status } = read(records(short));
    // Cut exactly behind the compression methods it is a hello without extensions.
    if (status === HELLO_FOUND) t.equal(cut, helloMessage({ bare: true }).length);
    else t.equal(status, HELLO_NOT_TLS);
  }
  t.end();
});

t.test('noise neither throws nor is believed', (t) => {
  let seed = 1;
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff;
    return seed;
  };
  const hello = clientHello({ serverName: 'a.test', alpn: ['h2'], versions: [0x0304] });
  for (let i = 0; i < 3000; i++) {
    const broken = Buffer.from(hello);
    for (let n = random() % 4; n >= 0; n--) broken[random() % broken.length] = random();
    const { status } = read(broken);
    if (![HELLO_MORE, HELLO_FOUND, HELLO_NOT_TLS, HELLO_REFUSED].includes(status as 0)) t.fail('no status');
  }
  t.end();
});
