/** Which connection gets which chain, by table: without sockets, and without Envoy (chain-differential.test.ts asks that). */
import type { Socket } from 'node:net';
import t from 'tap';
import type { JsonInput } from '../../src/api/index.ts';
import { ipAddress } from '../../src/base/address.ts';
import { AcceptedConnection } from '../../src/net/listener-filter.ts';
import { type ChainProbe, type ChainSet, type Hello, MADE } from '../../test/support/chain-corpus.ts';
import { FakeContext } from '../../test/support/factory-context.ts';
import { ECHO, ListenerParts, listenerMessage } from '../../test/support/tcp-listener.ts';
import type { ChainMatcher } from './chain-match.ts';
import { compileSettings } from './config.ts';

function compiled(message: { [key: string]: JsonInput }): { matcher: ChainMatcher | null; complaints: readonly string[] } {
  const context = new FakeContext({ extensions: new ListenerParts().extensions });
  const settings = compileSettings(listenerMessage(message), context);
  return { matcher: settings?.chains ?? null, complaints: context.complaints };
}

function matcherOf({ chains, hasDefault }: Pick<ChainSet, 'chains' | 'hasDefault'>): ChainMatcher {
  const { matcher, complaints } = compiled({
    filter_chains: chains.map(([name, match]) => ({
      name,
      filters: [ECHO],
      ...(match === null ? {} : { filter_chain_match: match as JsonInput }),
    })),
    ...(hasDefault ? { default_filter_chain: { name: 'default', filters: [ECHO] } } : {}),
  });
  if (matcher === null) throw new Error(complaints.join('\n'));
  return matcher;
}

/** As the listener filters leave it. */
function accepted({ to, from, direct = '127.1', hello }: ChainProbe): AcceptedConnection {
  const [local, remote] = [to, from].map((text) =>
    ipAddress(text.slice(0, text.lastIndexOf(':')), Number(text.slice(text.lastIndexOf(':') + 1))),
  );
  const connection = new AcceptedConnection({} as Socket, ipAddress('127.0.0.1', 1), ipAddress(`${direct}.0.1`, 2));
  if (local !== undefined) connection.localAddress = local;
  if (remote !== undefined) connection.remoteAddress = remote;
  connection.transportProtocol = hello.kind === 'tls' ? 'tls' : 'raw_buffer';
  connection.serverName = (hello.serverName ?? '').toLowerCase();
  connection.applicationProtocols = hello.kind === 'tls' ? (hello.alpn ?? []) : hello.kind === 'binary' ? [] : [hello.kind];
  return connection;
}

const say = ({ kind, serverName = '', alpn = [] }: Hello): string => [kind, serverName, ...alpn].filter((word) => word !== '').join(' ');

for (const set of MADE) {
  t.test(`chains by ${set.name}`, (t) => {
    const matcher = matcherOf(set);
    for (const probe of set.probes) {
      t.equal(matcher.match(accepted(probe))?.name ?? '-', probe.expect, `${probe.from} to ${probe.to}, ${say(probe.hello)}`);
    }
    t.end();
  });
}

/** One port of virtualInbound, as Istio writes it for each mode and kind of port (PeerAuthentication). */
const MTLS_HTTP = ['istio-http/1.0', 'istio-http/1.1', 'istio-h2'];
const MTLS_TCP = ['istio-peer-exchange', 'istio'];
const PLAIN_HTTP = ['http/1.1', 'h2c'];
const chain = (transport_protocol: string, application_protocols: readonly string[] = []) => ({
  destination_port: 9080,
  transport_protocol,
  ...(application_protocols.length === 0 ? {} : { application_protocols: [...application_protocols] }),
});

const HELLOS: { readonly [name: string]: Hello } = {
  'mTLS HTTP': { kind: 'tls', alpn: ['istio-http/1.1', 'istio', 'http/1.1'] },
  'mTLS h2': { kind: 'tls', alpn: ['istio-h2', 'istio', 'h2'] },
  'mTLS TCP': { kind: 'tls', alpn: ['istio-peer-exchange', 'istio'] },
  'TLS of the application': { kind: 'tls', alpn: ['h2', 'http/1.1'] },
  'TLS without ALPN': { kind: 'tls' },
  http: { kind: 'http/1.1' },
  h2c: { kind: 'h2c' },
  'http/1.0': { kind: 'http/1.0' },
  tcp: { kind: 'binary' },
};

const MODES: readonly {
  readonly name: string;
  readonly chains: ChainSet['chains'];
  /** In the order of HELLOS. */
  readonly expect: readonly string[];
}[] = [
  {
    name: 'PERMISSIVE, unnamed port',
    chains: [
      ['mtls-http', chain('tls', MTLS_HTTP)],
      ['http', chain('raw_buffer', PLAIN_HTTP)],
      ['mtls-tcp', chain('tls', MTLS_TCP)],
      ['tcp', chain('raw_buffer')],
      ['tls-through', chain('tls')],
    ],
    expect: ['mtls-http', 'mtls-http', 'mtls-tcp', 'tls-through', 'tls-through', 'http', 'http', 'tcp', 'tcp'],
  },
  {
    name: 'PERMISSIVE, HTTP port',
    chains: [
      ['mtls', chain('tls', ['istio', 'istio-peer-exchange', ...MTLS_HTTP])],
      ['plain', chain('raw_buffer')],
    ],
    expect: ['mtls', 'mtls', 'mtls', 'default', 'default', 'plain', 'plain', 'plain', 'plain'],
  },
  {
    name: 'PERMISSIVE, TCP port',
    chains: [
      ['mtls', chain('tls', ['istio', 'istio-peer-exchange', ...MTLS_HTTP])],
      ['tls-through', chain('tls')],
      ['plain', chain('raw_buffer')],
    ],
    expect: ['mtls', 'mtls', 'mtls', 'tls-through', 'tls-through', 'plain', 'plain', 'plain', 'plain'],
  },
  {
    name: 'STRICT, unnamed port',
    chains: [
      ['mtls-http', chain('tls', MTLS_HTTP)],
      ['mtls-tcp', chain('tls')],
    ],
    expect: ['mtls-http', 'mtls-http', 'mtls-tcp', 'mtls-tcp', 'mtls-tcp', 'default', 'default', 'default', 'default'],
  },
  {
    name: 'STRICT, HTTP or TCP port',
    chains: [['mtls', chain('tls')]],
    expect: ['mtls', 'mtls', 'mtls', 'mtls', 'mtls', 'default', 'default', 'default', 'default'],
  },
  {
    name: 'DISABLE, unnamed port',
    chains: [
      ['http', chain('raw_buffer', PLAIN_HTTP)],
      ['tcp', chain('raw_buffer')],
    ],
    expect: ['default', 'default', 'default', 'default', 'default', 'http', 'http', 'tcp', 'tcp'],
  },
  {
    name: 'DISABLE, known port',
    chains: [['plain', chain('raw_buffer')]],
    expect: ['default', 'default', 'default', 'default', 'default', 'plain', 'plain', 'plain', 'plain'],
  },
];

for (const mode of MODES) {
  t.test(`peer authentication: ${mode.name}`, (t) => {
    const matcher = matcherOf({ chains: mode.chains, hasDefault: true });
    for (const [i, [name, hello]] of Object.entries(HELLOS).entries()) {
      t.equal(matcher.match(accepted({ to: '10.244.0.9:9080', from: '10.244.0.8:4000', hello }))?.name, mode.expect[i], name);
      t.equal(matcher.match(accepted({ to: '10.244.0.9:9081', from: '10.244.0.8:4000', hello }))?.name, 'default', 'another port');
    }
    t.end();
  });
}

t.test('chains that share a place are refused in the words of Envoy', (t) => {
  const two = (a: JsonInput, b: JsonInput): readonly string[] =>
    compiled({
      filter_chains: [
        { name: 'a', filters: [ECHO], filter_chain_match: a },
        { name: 'b', filters: [ECHO], filter_chain_match: b },
      ],
    }).complaints;
  const overlapping = 'filter_chains[1].filter_chain_match: multiple filter chains with overlapping matching rules are defined';
  t.same(two({ server_names: ['a', 'b'] }, { server_names: ['c', 'b'] }), [overlapping]);
  t.same(two({ server_names: ['A'] }, { server_names: ['a'] }), [overlapping]);
  t.same(two({ source_ports: [1, 2] }, { source_ports: [2, 3] }), [overlapping]);
  t.same(
    two(
      { prefix_ranges: [{ address_prefix: '10.0.0.1', prefix_len: 8 }] },
      { prefix_ranges: [{ address_prefix: '10.9.9.9', prefix_len: 8 }] },
    ),
    [overlapping],
  );
  t.same(two({ application_protocols: ['h2'] }, { application_protocols: ['h2'] }), [
    `filter_chains[1]: filter chain 'b' has the same matching rules defined as 'a'. duplicate matcher is: {"application_protocols":["h2"]}`,
  ]);
  t.same(two({ destination_port: 80 }, { destination_port: 81 }), []);
  t.same(two({ source_type: 'EXTERNAL' }, { source_type: 'ANY' }), []);
  t.end();
});

t.test('criteria that make no sense are refused with the place', (t) => {
  const one = (match: JsonInput): readonly string[] =>
    compiled({ filter_chains: [{ name: 'a', filters: [ECHO], filter_chain_match: match }] }).complaints;
  t.same(one({ server_names: ['a', '*'] }), [
    'filter_chains[0].filter_chain_match.server_names[1]: partial wildcards are not supported in "server_names"',
  ]);
  t.same(one({ server_names: ['w*.test'] }).length, 1);
  t.same(one({ prefix_ranges: [{ address_prefix: 'host', prefix_len: 8 }] }), [
    'filter_chains[0].filter_chain_match.prefix_ranges[0]: malformed IP address: host',
  ]);
  t.same(one({ source_prefix_ranges: [{ address_prefix: '10.0.0.0', prefix_len: 33 }] }), [], 'as many bits as there are');
  t.same(one({ suffix_len: 8 }), ["filter_chains[0].filter_chain_match.suffix_len: filter chain 'a' contains unimplemented fields"]);
  t.end();
});
