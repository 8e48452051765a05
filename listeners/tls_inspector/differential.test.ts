/** The same first flights to a real Envoy and to Outrigger: what they are taken for, and what is counted, is equal. */
import t from 'tap';
import { chain, type Landed, type Probe, probe, probedListener, TLS_INSPECTOR } from '../../test/support/accept-probes.ts';
import { envoyMissing } from '../../test/support/child-proxy.ts';
import { clientHello, type HelloOptions, helloMessage, nodeHello, records } from '../../test/support/client-hello.ts';

const CHAINS = [
  chain('h2', { transport_protocol: 'tls', application_protocols: ['h2'] }),
  chain('istio', { transport_protocol: 'tls', application_protocols: ['istio', 'istio-h2'] }),
  chain('name', { transport_protocol: 'tls', server_names: ['a.test', '*.wild.test'] }),
  chain('tls', { transport_protocol: 'tls' }),
  chain('plain', { transport_protocol: 'raw_buffer' }),
];

function inspector(more: object): object {
  return { ...TLS_INSPECTOR, typed_config: { ...TLS_INSPECTOR.typed_config, ...more } };
}

const LISTENERS = [
  probedListener('plain', { listener_filters: [inspector({})], filter_chains: CHAINS }),
  probedListener('small', {
    listener_filters: [inspector({ max_client_hello_size: 600, initial_read_buffer_size: 256 })],
    filter_chains: CHAINS,
  }),
  probedListener('closing', {
    listener_filters: [inspector({ close_connection_on_client_hello_parsing_errors: true })],
    filter_chains: CHAINS,
  }),
];

const NOW = { versions: [0x0304, 0x0303] };

const HELLOS: { readonly [name: string]: HelloOptions } = {
  plain: NOW,
  'old version': { legacyVersion: 0x0301 },
  'TLS 1.1': { legacyVersion: 0x0302 },
  'SSL 3': { legacyVersion: 0x0300 },
  'a version to come': { legacyVersion: 0x0305 },
  'a version to come, and a list': { ...NOW, legacyVersion: 0x0305 },
  'SSL 3, and a list': { ...NOW, legacyVersion: 0x0300 },
  'TLS 1.3 in the old place': { legacyVersion: 0x0304 },
  'no extensions': { bare: true },
  'TLS 1.3 alone': { versions: [0x0304] },
  'TLS 1.2 in the list': { versions: [0x0303] },
  'GREASE and TLS 1.3': { versions: [0x7a7a, 0x0304] },
  'a draft alone': { versions: [0x7f1c] },
  'SSL 3 in the list': { versions: [0x0300] },
  'an empty list of versions': { extensions: [[43, Buffer.from([0])]] },
  'an odd list of versions': { extensions: [[43, Buffer.from([3, 3, 4, 3])]] },
  'a name': { ...NOW, serverName: 'a.test' },
  'a name in capitals': { ...NOW, serverName: 'A.TEST' },
  'a name with a wildcard': { ...NOW, serverName: 'x.y.Wild.test' },
  'a name with a dot at the end': { ...NOW, serverName: 'a.test.' },
  'a name with a zero byte': { ...NOW, serverName: 'a.test\0.evil' },
  'a name with a line break': { ...NOW, serverName: 'a\r\ntest' },
  'an empty name': { ...NOW, serverName: '' },
  'a name of 255 bytes': { ...NOW, serverName: 'a'.repeat(255) },
  'a name of 256 bytes': { ...NOW, serverName: 'a'.repeat(256) },
  'an IP address': { ...NOW, serverName: '10.0.0.1' },
  'a name of another type': { extensions: [[0, Buffer.from([0, 4, 1, 0, 1, 0x61])]] },
  'two names': { extensions: [[0, Buffer.from([0, 8, 0, 0, 1, 0x61, 0, 0, 1, 0x62])]] },
  'no list of names': { extensions: [[0, Buffer.alloc(0)]] },
  'the same extension twice': {
    ...NOW,
    extensions: [
      [0x1234, Buffer.alloc(0)],
      [0x1234, Buffer.alloc(0)],
    ],
  },
  'two server names': { serverName: 'a.test', extensions: [[0, Buffer.from([0, 4, 0, 0, 1, 0x62])]] },
  protocols: { ...NOW, alpn: ['http/1.1', 'h2'] },
  'the first protocol that a chain has': { ...NOW, alpn: ['x', 'istio', 'h2'] },
  'protocols in capitals': { ...NOW, alpn: ['H2'] },
  'protocols and a name': { ...NOW, alpn: ['h2'], serverName: 'a.test' },
  'an empty list of protocols': { ...NOW, alpn: [] },
  'an empty protocol': { ...NOW, alpn: ['h2', ''] },
  'protocols that do not fit': { ...NOW, extensions: [[16, Buffer.from([0, 4, 2, 0x68, 0x32])]] },
  'no null compression': { compression: Buffer.from([1]) },
  'several compressions': { compression: Buffer.from([1, 0]) },
  'no compression at all': { compression: Buffer.alloc(0) },
  'a large hello': { ...NOW, serverName: 'a.test', padding: 3000 },
  'nearly the largest hello': { ...NOW, padding: 16_000 },
  'the largest hello': { ...NOW, padding: 16_384 - 5 - helloMessage({ ...NOW, padding: 0 }).length },
  'a hello one byte too large': { ...NOW, padding: 16_384 - 4 - helloMessage({ ...NOW, padding: 0 }).length },
};

const message = helloMessage({ ...NOW, serverName: 'a.test', alpn: ['x'] });

function record(type: number, content: readonly number[]): Buffer {
  return Buffer.from([type, 3, 1, 0, content.length, ...content]);
}

const RAW: { readonly [name: string]: Buffer } = {
  http: Buffer.from('GET / HTTP/1.1\r\n\r\n'),
  post: Buffer.from('POST / HTTP/1.1\r\n\r\n'),
  binary: Buffer.from([0, 1, 2, 3, 4, 5, 6, 7]),
  'a close_notify': record(21, [1, 0]),
  'a fatal alert': record(21, [2, 40]),
  'a malformed alert': record(21, [1]),
  'warnings before the hello': Buffer.concat([...Array.from({ length: 4 }, () => record(21, [1, 90])), records(message)]),
  'too many warnings': Buffer.concat([...Array.from({ length: 5 }, () => record(21, [1, 90])), records(message)]),
  'an empty alert': Buffer.concat([record(21, []), records(message)]),
  'change cipher spec': Buffer.concat([record(20, [1]), records(message)]),
  'a hello of SSL 2': Buffer.concat([Buffer.from([0x80, 31, 1, 3, 3, 0, 6, 0, 0, 0, 16, 0, 0, 0x2f, 0, 0, 0x35]), Buffer.alloc(16, 5)]),
  'a malformed hello of SSL 2': Buffer.concat([
    Buffer.from([0x80, 31, 1, 3, 3, 0, 5, 0, 0, 0, 16, 0, 0, 0x2f, 0, 0, 0x35]),
    Buffer.alloc(16, 5),
  ]),
  'a hello of SSL 2 for SSL 2': Buffer.from([0x80, 9, 1, 0, 2, 0, 0, 0, 0, 0, 0]),
  'application data': Buffer.from([23, 3, 3, 0, 2, 1, 0]),
  'another major version': Buffer.from([22, 2, 0, 0, 2, 1, 0]),
  'an odd minor version': records(message).fill(9, 2, 3),
  'empty records': Buffer.concat([...Array.from({ length: 32 }, () => record(22, [])), records(message)]),
  'too many empty records': Buffer.concat([...Array.from({ length: 33 }, () => record(22, [])), records(message)]),
  'a record that is too long': Buffer.from([22, 3, 1, 0x48, 1, 1, 0]),
  'a server hello': records(Buffer.from([2, 0, 0, 2, 3, 3])),
  'a message that is too long': records(Buffer.from([1, 0, 0x40, 1, 3, 3])),
  'an empty hello': records(Buffer.from([1, 0, 0, 0])),
  'small records': records(message, 16),
  'records of one byte': records(message, 1),
  'records of three bytes': records(message, 3),
  'something behind the message': records(Buffer.concat([message, Buffer.from([2, 0, 0, 0])])),
  'an alert inside': Buffer.concat([
    records(message).subarray(0, 0),
    records(message.subarray(0, 50)),
    Buffer.from([21, 3, 3, 0, 2, 1, 0]),
  ]),
  'a message cut short': records(Buffer.concat([Buffer.from([1, 0, 0, 60]), message.subarray(4, 64)])),
};

const missing = envoyMissing();

t.test('first flights are taken for what Envoy takes them for', missing === null ? {} : { skip: missing }, async (t) => {
  const flights: { readonly [name: string]: Buffer } = {
    ...Object.fromEntries(Object.entries(HELLOS).map(([name, options]) => [name, clientHello(options)])),
    ...RAW,
    node: await nodeHello({ servername: 'a.test', ALPNProtocols: ['h2', 'http/1.1'] }),
    'node, TLS 1.2': await nodeHello({ servername: 'b.wild.test', maxVersion: 'TLSv1.2' }),
  };
  const names: string[] = [];
  const probes: Probe[] = [];
  const add = (name: string, each: Probe): void => {
    names.push(`${each.listener}: ${name}`);
    probes.push(each);
  };
  for (const [name, bytes] of Object.entries(flights)) {
    for (const listener of ['plain', 'small', 'closing']) add(name, { listener, bytes });
    const cuts = [1, 3, 5, 9, 40, 100].filter((cut) => cut < bytes.length);
    add(`${name}, in pieces`, { listener: 'plain', bytes, cuts });
  }
  const [envoy, ours] = [await probe('envoy', LISTENERS, probes), await probe('outrigger', LISTENERS, probes)];
  // How a name with control characters is printed is the access log's business.
  const facts = (landed: Landed | undefined) => ({ ...landed, serverName: landed?.serverName.replace(/^invalid:/, '') });
  for (const [i, name] of names.entries()) t.same(facts(ours.landed[i]), facts(envoy.landed[i]), name);
  const counted = (stats: ReadonlyMap<string, number>) =>
    Object.fromEntries([...stats].filter(([name]) => /tls_inspector|no_filter_chain/.test(name)).sort());
  t.same(counted(ours.stats), counted(envoy.stats));
});
