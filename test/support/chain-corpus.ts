/** Listeners with several filter chains, connections to them, and the chain that each of these gets: for tests with and without Envoy. */
import { readCaptures } from './captures.ts';

export type Json = { readonly [key: string]: unknown };

/** How a connection begins. */
export interface Hello {
  readonly kind: 'tls' | 'http/1.1' | 'http/1.0' | 'h2c' | 'binary';
  readonly serverName?: string;
  readonly alpn?: readonly string[];
}

export interface ChainProbe {
  /** Destination and source as a PROXY header restores them: `ip:port`, IPv6 without brackets. */
  readonly to: string;
  readonly from: string;
  /** First two bytes of the peer's own address. */
  readonly direct?: string;
  readonly hello: Hello;
  /** Name of the chain, `-` for none; absent: whatever Envoy says. */
  readonly expect?: string;
}

export interface ChainSet {
  readonly name: string;
  /** `filter_disabled` of the inspectors; undefined: the inspector is not there. */
  readonly tlsInspector: Json | null | undefined;
  readonly httpInspector: Json | null | undefined;
  /** By unique name; null: no criteria. */
  readonly chains: readonly (readonly [name: string, match: Json | null])[];
  readonly hasDefault: boolean;
  readonly probes: readonly ChainProbe[];
}

export const TLS: Hello = { kind: 'tls' };
export const HTTP: Hello = { kind: 'http/1.1' };
export const BINARY: Hello = { kind: 'binary' };

const tls = (serverName?: string, ...alpn: string[]): Hello => ({
  kind: 'tls',
  ...(serverName === undefined ? {} : { serverName }),
  ...(alpn.length === 0 ? {} : { alpn }),
});

const range = (prefix: string): Json => {
  const at = prefix.lastIndexOf('/');
  return { address_prefix: prefix.slice(0, at), prefix_len: Number(prefix.slice(at + 1)) };
};

/** `to from hello → chain`. */
function probe(expect: string, to: string, hello: Hello = HTTP, from = '10.9.9.9:40000', direct?: string): ChainProbe {
  return direct === undefined ? { expect, to, from, hello } : { expect, to, from, hello, direct };
}

function set(name: string, chains: ChainSet['chains'], probes: readonly ChainProbe[], hasDefault = false): ChainSet {
  return { name, tlsInspector: null, httpInspector: null, chains, hasDefault, probes };
}

/** One criterion after the other, and what happens when one that is more specific leads nowhere. */
export const MADE: readonly ChainSet[] = [
  set(
    'nothing',
    [['all', null]],
    [probe('all', '10.0.0.1:80'), probe('all', '10.0.0.1:443', TLS), probe('all', 'fd00::1:443', BINARY, 'fd00::2:1')],
  ),
  set(
    'ports',
    [
      ['80', { destination_port: 80 }],
      ['81 TLS', { destination_port: 81, transport_protocol: 'tls' }],
      ['rest', null],
    ],
    [
      probe('80', '10.0.0.1:80'),
      probe('80', '10.0.0.1:80', TLS),
      probe('81 TLS', '10.0.0.1:81', TLS),
      probe('-', '10.0.0.1:81'),
      probe('rest', '10.0.0.1:82'),
      probe('80', 'fd00::1:80', HTTP, 'fd00::2:1'),
    ],
  ),
  set(
    'ports and a default',
    [
      ['81 TLS', { destination_port: 81, transport_protocol: 'tls' }],
      ['rest', null],
    ],
    [probe('default', '10.0.0.1:81'), probe('81 TLS', '10.0.0.1:81', TLS), probe('rest', '10.0.0.1:80')],
    true,
  ),
  set(
    'prefixes',
    [
      ['8', { prefix_ranges: [range('10.0.0.0/8')] }],
      ['16 and 24', { prefix_ranges: [range('10.1.0.0/16'), range('192.168.1.0/24')] }],
      ['32', { prefix_ranges: [range('10.1.2.3/32')] }],
      ['host bits', { prefix_ranges: [range('172.16.5.5/12')] }],
      ['32 of 6', { prefix_ranges: [range('2001:db8::/32')] }],
      ['128', { prefix_ranges: [range('2001:db8::1/128')] }],
      ['mapped', { prefix_ranges: [range('::ffff:10.0.0.0/104')] }],
    ],
    [
      probe('8', '10.2.0.1:80'),
      probe('16 and 24', '10.1.0.1:80'),
      probe('32', '10.1.2.3:80'),
      probe('16 and 24', '192.168.1.77:80'),
      probe('-', '192.168.2.77:80'),
      probe('host bits', '172.31.255.255:80'),
      probe('-', '172.32.0.0:80'),
      probe('32 of 6', '2001:db8::2:80', HTTP, 'fd00::2:1'),
      probe('128', '2001:db8::1:80', HTTP, 'fd00::2:1'),
      probe('-', '2001:db9::1:80', HTTP, 'fd00::2:1'),
      probe('mapped', '::ffff:10.0.0.1:80', HTTP, '::ffff:10.0.0.2:1'),
    ],
  ),
  set(
    'prefixes without a way back',
    [
      ['narrow TLS', { prefix_ranges: [range('10.1.0.0/16')], transport_protocol: 'tls' }],
      ['wide', { prefix_ranges: [range('10.0.0.0/8')] }],
      ['everywhere', { prefix_ranges: [range('0.0.0.0/0')] }],
    ],
    [
      probe('narrow TLS', '10.1.0.1:80', TLS),
      probe('-', '10.1.0.1:80'),
      probe('wide', '10.2.0.1:80'),
      probe('everywhere', '11.0.0.1:80'),
      probe('-', 'fd00::1:80', HTTP, 'fd00::2:1'),
    ],
  ),
  set(
    'names',
    [
      ['exact', { server_names: ['www.example.com', 'Other.Example.COM'] }],
      ['wild', { server_names: ['*.example.com'] }],
      ['wilder', { server_names: ['*.com'] }],
      ['deep', { server_names: ['*.b.example.com'] }],
      ['rest', null],
    ],
    [
      probe('exact', '10.0.0.1:443', tls('www.example.com')),
      probe('exact', '10.0.0.1:443', tls('WWW.example.COM')),
      probe('exact', '10.0.0.1:443', tls('other.example.com')),
      probe('wild', '10.0.0.1:443', tls('a.example.com')),
      probe('wild', '10.0.0.1:443', tls('b.example.com')),
      probe('deep', '10.0.0.1:443', tls('a.b.example.com')),
      probe('deep', '10.0.0.1:443', tls('x.a.b.example.com')),
      probe('wilder', '10.0.0.1:443', tls('example.com')),
      probe('rest', '10.0.0.1:443', tls('com')),
      probe('rest', '10.0.0.1:443', tls('example.org')),
      probe('rest', '10.0.0.1:443', tls('www.example.com.')),
      probe('wilder', '10.0.0.1:443', tls('.com')),
      probe('wild', '10.0.0.1:443', tls('.example.com')),
      probe('rest', '10.0.0.1:443', TLS),
      probe('rest', '10.0.0.1:443'),
    ],
  ),
  set(
    'names without a way back',
    [
      ['exact and h2', { server_names: ['www.example.com'], application_protocols: ['h2'] }],
      ['wild', { server_names: ['*.example.com'] }],
      ['plain', { transport_protocol: 'raw_buffer' }],
    ],
    [
      probe('exact and h2', '10.0.0.1:443', tls('www.example.com', 'h2')),
      probe('-', '10.0.0.1:443', tls('www.example.com')),
      probe('wild', '10.0.0.1:443', tls('x.example.com', 'h2')),
      probe('-', '10.0.0.1:443', tls('other.org')),
      probe('plain', '10.0.0.1:443'),
    ],
  ),
  set(
    'transport',
    [
      ['tls', { transport_protocol: 'tls' }],
      ['plain', { transport_protocol: 'raw_buffer' }],
      ['quic', { transport_protocol: 'quic' }],
    ],
    [probe('tls', '10.0.0.1:80', TLS), probe('plain', '10.0.0.1:80'), probe('plain', '10.0.0.1:80', BINARY)],
  ),
  set(
    'transport before protocols',
    [
      ['tls h2', { transport_protocol: 'tls', application_protocols: ['h2'] }],
      ['any h2', { application_protocols: ['h2', 'http/1.1'] }],
      ['any', null],
    ],
    [
      probe('tls h2', '10.0.0.1:80', tls(undefined, 'h2')),
      probe('-', '10.0.0.1:80', tls(undefined, 'http/1.1')),
      probe('any h2', '10.0.0.1:80'),
      probe('any', '10.0.0.1:80', BINARY),
    ],
  ),
  set(
    'protocols',
    [
      ['istio', { application_protocols: ['istio', 'istio-http/1.1'] }],
      ['h2', { application_protocols: ['h2', 'h2c'] }],
      ['1.1', { application_protocols: ['http/1.1'] }],
      ['1.0', { application_protocols: ['http/1.0'] }],
      ['other', null],
    ],
    [
      probe('istio', '10.0.0.1:80', tls(undefined, 'istio', 'h2')),
      probe('h2', '10.0.0.1:80', tls(undefined, 'h2', 'istio')),
      probe('1.1', '10.0.0.1:80', tls(undefined, 'x', 'http/1.1', 'h2')),
      probe('other', '10.0.0.1:80', tls(undefined, 'H2')),
      probe('other', '10.0.0.1:80', TLS),
      probe('1.1', '10.0.0.1:80', HTTP),
      probe('1.0', '10.0.0.1:80', { kind: 'http/1.0' }),
      probe('h2', '10.0.0.1:80', { kind: 'h2c' }),
      probe('other', '10.0.0.1:80', BINARY),
    ],
  ),
  set(
    'direct sources',
    [
      ['127.2', { direct_source_prefix_ranges: [range('127.2.0.0/16')] }],
      ['127.2 and local', { direct_source_prefix_ranges: [range('127.2.0.0/16')], source_prefix_ranges: [range('10.0.0.0/8')] }],
      ['127', { direct_source_prefix_ranges: [range('127.0.0.0/8')] }],
    ],
    [
      probe('127', '10.0.0.1:80', HTTP, '10.9.9.9:1'),
      probe('127.2 and local', '10.0.0.1:80', HTTP, '10.9.9.9:1', '127.2'),
      probe('127.2', '10.0.0.1:80', HTTP, '11.9.9.9:1', '127.2'),
    ],
  ),
  set(
    'kinds of source',
    [
      ['local', { source_type: 'SAME_IP_OR_LOOPBACK' }],
      ['external', { source_type: 'EXTERNAL' }],
    ],
    [
      probe('local', '10.0.0.1:80', HTTP, '10.0.0.1:1'),
      probe('local', '10.0.0.1:80', HTTP, '127.0.0.1:1'),
      probe('external', '10.0.0.1:80', HTTP, '127.0.0.2:1'),
      probe('external', '10.0.0.1:80', HTTP, '10.0.0.2:1'),
      probe('local', 'fd00::1:80', HTTP, '::1:1'),
      probe('local', 'fd00::1:80', HTTP, 'fd00::1:1'),
      probe('external', 'fd00::1:80', HTTP, 'fd00::2:1'),
    ],
  ),
  set(
    'one kind of source, and any',
    [
      ['local 10', { source_type: 'SAME_IP_OR_LOOPBACK', source_prefix_ranges: [range('10.0.0.0/8')] }],
      ['any', null],
    ],
    [
      probe('local 10', '10.0.0.1:80', HTTP, '10.0.0.1:1'),
      probe('-', '10.0.0.1:80', HTTP, '127.0.0.1:1'),
      probe('any', '10.0.0.1:80', HTTP, '10.0.0.2:1'),
    ],
  ),
  set(
    'sources and ports',
    [
      ['10 and 1000', { source_prefix_ranges: [range('10.0.0.0/8')], source_ports: [1000, 1001] }],
      ['10', { source_prefix_ranges: [range('10.0.0.0/8')] }],
      ['10.1 and 1000', { source_prefix_ranges: [range('10.1.0.0/16')], source_ports: [1000] }],
      ['2000', { source_ports: [2000] }],
    ],
    [
      probe('10 and 1000', '10.0.0.1:80', HTTP, '10.5.0.1:1000'),
      probe('10 and 1000', '10.0.0.1:80', HTTP, '10.5.0.1:1001'),
      probe('10', '10.0.0.1:80', HTTP, '10.5.0.1:1002'),
      probe('10.1 and 1000', '10.0.0.1:80', HTTP, '10.1.0.1:1000'),
      probe('-', '10.0.0.1:80', HTTP, '10.1.0.1:1001'),
      probe('2000', '10.0.0.1:80', HTTP, '11.0.0.1:2000'),
      probe('-', '10.0.0.1:80', HTTP, '11.0.0.1:2001'),
      probe('-', '10.0.0.1:80', HTTP, '10.5.0.1:0', '127.3'),
    ].slice(0, 7),
  ),
  set(
    'everything at once',
    [
      [
        'all of it',
        {
          destination_port: 443,
          prefix_ranges: [range('10.0.0.0/24')],
          server_names: ['a.test'],
          transport_protocol: 'tls',
          application_protocols: ['h2'],
          direct_source_prefix_ranges: [range('127.0.0.0/8')],
          source_type: 'EXTERNAL',
          source_prefix_ranges: [range('10.9.0.0/16')],
          source_ports: [1234],
        },
      ],
    ],
    [
      probe('all of it', '10.0.0.1:443', tls('a.test', 'h2'), '10.9.9.9:1234'),
      probe('default', '10.0.0.1:444', tls('a.test', 'h2'), '10.9.9.9:1234'),
      probe('default', '10.0.1.1:443', tls('a.test', 'h2'), '10.9.9.9:1234'),
      probe('default', '10.0.0.1:443', tls('b.test', 'h2'), '10.9.9.9:1234'),
      probe('default', '10.0.0.1:443', tls('a.test', 'h3'), '10.9.9.9:1234'),
      probe('default', '10.0.0.1:443', tls('a.test', 'h2'), '10.8.9.9:1234'),
      probe('default', '10.0.0.1:443', tls('a.test', 'h2'), '10.9.9.9:1235'),
      probe('default', '10.0.0.1:443', HTTP, '10.9.9.9:1234'),
    ],
    true,
  ),
];

/** What Istio's sidecars, plain clients and curious ones begin with. */
const HELLOS: readonly Hello[] = [
  HTTP,
  { kind: 'http/1.0' },
  { kind: 'h2c' },
  BINARY,
  TLS,
  tls('a.test'),
  tls(undefined, 'http/1.1'),
  tls(undefined, 'h2', 'http/1.1'),
  tls('outbound_.9080_._.reviews.default.svc.cluster.local', 'istio'),
  tls(undefined, 'istio-http/1.0', 'istio', 'http/1.0'),
  tls(undefined, 'istio-http/1.1', 'istio', 'http/1.1'),
  tls(undefined, 'istio-h2', 'istio', 'h2'),
  tls(undefined, 'istio-peer-exchange', 'istio'),
  tls(undefined, 'h2', 'istio'),
];

interface Recorded {
  readonly name: string;
  readonly listener_filters?: readonly { readonly name: string; readonly filter_disabled?: Json }[];
  readonly filter_chains?: readonly { readonly name?: string; readonly filter_chain_match?: Json }[];
  readonly default_filter_chain?: Json;
}

/** Every recorded listener that chooses between chains: each once, with all of `HELLOS` on all of its ports and on another one. */
export function recordedSets(): ChainSet[] {
  const { resources } = readCaptures();
  const sets = new Map<string, ChainSet>();
  for (const each of resources) {
    if (!String(each['@type']).endsWith('.Listener')) continue;
    const listener = each as unknown as Recorded;
    const matched = listener.filter_chains ?? [];
    if (!matched.some(({ filter_chain_match }) => filter_chain_match !== undefined)) continue;
    const chains = matched.map(({ name = '', filter_chain_match = null }, i) => [`${i} ${name}`, filter_chain_match] as const);
    const disabledOf = (name: string): Json | null | undefined => {
      const filter = listener.listener_filters?.find((f) => f.name === `envoy.filters.listener.${name}`);
      return filter === undefined ? undefined : (filter.filter_disabled ?? null);
    };
    const facts = {
      tlsInspector: disabledOf('tls_inspector'),
      httpInspector: disabledOf('http_inspector'),
      chains,
      hasDefault: listener.default_filter_chain !== undefined,
    };
    const key = JSON.stringify(facts);
    if (sets.has(key)) continue;
    sets.set(key, { name: `${listener.name} ${sets.size}`, ...facts, probes: probesOf(chains) });
  }
  return [...sets.values()];
}

function probesOf(chains: ChainSet['chains']): ChainProbe[] {
  const ports = new Set<number>([7777, ...chains.flatMap(([, match]) => (match?.['destination_port'] as number | undefined) ?? [])]);
  const names = new Set(chains.flatMap(([, match]) => (match?.['server_names'] as string[] | undefined) ?? []));
  const hellos = [...HELLOS, ...[...names].map((name) => tls(name.replace('*', 'some')))];
  const addresses = new Set(['10.244.0.9', ...chains.flatMap(([, match]) => prefixesIn(match))]);
  return [...ports].flatMap((port) =>
    [...addresses].flatMap((address) => hellos.map((hello) => ({ to: `${address}:${port}`, from: '10.9.9.9:40000', hello }))),
  );
}

function prefixesIn(match: Json | null): string[] {
  return ((match?.['prefix_ranges'] as { address_prefix: string }[] | undefined) ?? []).map(({ address_prefix }) => address_prefix);
}
