/** The same headers to a real Envoy and to Outrigger: chain, addresses and counters are equal. */
import t from 'tap';
import {
  chain,
  HTTP_INSPECTOR,
  PROXY_PROTOCOL,
  type Probe,
  probe,
  probedListener,
  proxyHeader,
  proxyHeaderV2,
} from '../../test/support/accept-probes.ts';
import { envoyMissing } from '../../test/support/child-proxy.ts';

const REQUEST = Buffer.from('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');

function proxyProtocol(more: object): object {
  return { ...PROXY_PROTOCOL, typed_config: { ...PROXY_PROTOCOL.typed_config, ...more } };
}

const FILTERS: { readonly [name: string]: object } = {
  strict: proxyProtocol({}),
  optional: proxyProtocol({ allow_requests_without_proxy_protocol: true, stat_prefix: 'optional' }),
  v1: proxyProtocol({ disallowed_versions: ['V2'], stat_prefix: 'only1' }),
  v2: proxyProtocol({ disallowed_versions: ['V1'], stat_prefix: 'only2', allow_requests_without_proxy_protocol: true }),
};

const LISTENERS = Object.entries(FILTERS).map(([name, filter]) =>
  probedListener(name, { listener_filters: [filter, HTTP_INSPECTOR], filter_chains: [chain('all', null)] }),
);

const tlv = (type: number, value: string): Buffer => Buffer.from([type, value.length >> 8, value.length & 0xff, ...Buffer.from(value)]);
const line = (text: string): Buffer => Buffer.from(`${text}\r\n`, 'latin1');
const v4 = (source = '10.0.0.1:1000', destination = '10.0.0.2:2000', extensions?: Buffer): Buffer =>
  proxyHeader(source, destination, extensions);

const HEADERS: { readonly [name: string]: Buffer } = {
  none: Buffer.alloc(0),
  'v1 tcp4': line('PROXY TCP4 10.0.0.1 10.0.0.2 1000 2000'),
  'v1 tcp6': line('PROXY TCP6 fd00::1 fd00::2 1000 2000'),
  'v1 tcp6 mapped': line('PROXY TCP6 ::ffff:10.0.0.1 ::ffff:10.0.0.2 1000 2000'),
  'v1 unknown': line('PROXY UNKNOWN'),
  'v1 unknown with addresses': line('PROXY UNKNOWN fd00::1 fd00::2 1000 2000'),
  'v1 tcp4 with IPv6 addresses': line('PROXY TCP4 fd00::1 fd00::2 1000 2000'),
  'v1 tcp6 with IPv4 addresses': line('PROXY TCP6 10.0.0.1 10.0.0.2 1000 2000'),
  'v1 too few words': line('PROXY TCP4 10.0.0.1 10.0.0.2 1000'),
  'v1 too many words': line('PROXY TCP4 10.0.0.1 10.0.0.2 1000 2000 x'),
  'v1 two blanks': line('PROXY TCP4  10.0.0.1 10.0.0.2 1000 2000'),
  'v1 blank at the end': line('PROXY TCP4 10.0.0.1 10.0.0.2 1000 2000 '),
  'v1 udp': line('PROXY UDP4 10.0.0.1 10.0.0.2 1000 2000'),
  'v1 lower case': line('proxy TCP4 10.0.0.1 10.0.0.2 1000 2000'),
  'v1 port too large': line('PROXY TCP4 10.0.0.1 10.0.0.2 1000 65536'),
  'v1 negative port': line('PROXY TCP4 10.0.0.1 10.0.0.2 1000 -1'),
  'v1 no number': line('PROXY TCP4 10.0.0.1 10.0.0.2 1000 x'),
  'v1 bad address': line('PROXY TCP4 10.0.0.256 10.0.0.2 1000 2000'),
  'v1 short address': line('PROXY TCP4 10.0.1 10.0.0.2 1000 2000'),
  'v1 broadcast': line('PROXY TCP4 255.255.255.255 10.0.0.2 1000 2000'),
  'v1 unspecified': line('PROXY TCP4 0.0.0.0 10.0.0.2 1000 2000'),
  'v1 multicast': line('PROXY TCP4 10.0.0.1 224.0.0.1 1000 2000'),
  'v1 multicast6': line('PROXY TCP6 fd00::1 ff02::1 1000 2000'),
  'v1 unspecified6': line('PROXY TCP6 :: fd00::1 1000 2000'),
  'v1 without type': line('PROXY'),
  'v1 long': line(`PROXY UNKNOWN ${'x'.repeat(92)}`),
  'v1 too long': line(`PROXY UNKNOWN ${'x'.repeat(93)}`),
  'v1 endless': Buffer.from(`PROXY UNKNOWN ${'x'.repeat(200)}`),
  'v1 bare line feed': Buffer.from(`PROXY TCP4 10.0.0.1 10.0.0.2 1000 2000\n${' '.repeat(80)}`),
  'v2 tcp4': v4(),
  'v2 tcp6': proxyHeader('fd00::1:1000', 'fd00::2:2000'),
  'v2 mapped': proxyHeader('::ffff:10.0.0.1:1000', '::ffff:10.0.0.2:2000'),
  'v2 udp4': proxyHeaderV2(0x21, 0x12, Buffer.concat([Buffer.from([10, 0, 0, 1, 10, 0, 0, 2, 0, 9, 0, 8])])),
  'v2 unspecified transport': proxyHeaderV2(0x21, 0x10, Buffer.from([10, 0, 0, 1, 10, 0, 0, 2, 0, 9, 0, 8])),
  'v2 unix': proxyHeaderV2(0x21, 0x31, Buffer.alloc(216, 65)),
  'v2 unspecified family': proxyHeaderV2(0x21, 0x00, Buffer.alloc(0)),
  'v2 local': proxyHeaderV2(0x20, 0x00, Buffer.alloc(0)),
  'v2 local with content': proxyHeaderV2(0x20, 0x11, Buffer.from('whatever this is')),
  'v2 other command': proxyHeaderV2(0x22, 0x11, Buffer.alloc(12, 1)),
  'v2 version 1': proxyHeaderV2(0x11, 0x11, Buffer.alloc(12, 1)),
  'v2 too short': proxyHeaderV2(0x21, 0x11, Buffer.alloc(11, 1)),
  'v2 broadcast': proxyHeader('255.255.255.255:1', '10.0.0.2:2'),
  'v2 unspecified6': proxyHeader('fd00::1:1', ':::2'),
  'v2 tlvs': v4(undefined, undefined, Buffer.concat([tlv(1, 'h2'), tlv(2, 'authority'), tlv(4, '')])),
  'v2 long tlv': v4(undefined, undefined, tlv(0xea, 'x'.repeat(3000))),
  'v2 tlv without length': v4(undefined, undefined, Buffer.from([1, 0])),
  'v2 tlv too long': v4(undefined, undefined, Buffer.from([1, 0, 5, 65])),
  'v2 tlv of one byte': v4(undefined, undefined, Buffer.from([1])),
  'a line break': line(''),
};

const missing = envoyMissing();

t.test('PROXY headers are read as Envoy reads them', missing === null ? {} : { skip: missing }, async (t) => {
  const names: string[] = [];
  const probes: Probe[] = [];
  for (const listener of Object.keys(FILTERS)) {
    for (const [name, header] of Object.entries(HEADERS)) {
      names.push(`${listener}: ${name}`);
      probes.push({ listener, bytes: Buffer.concat([header, REQUEST]) });
      // Where nobody can say where the header ends, it matters how many pieces are read at once.
      if (header.length > 16 && listener === 'strict' && !/endless|bare/.test(name)) {
        names.push(`${listener}: ${name}, in pieces`);
        probes.push({ listener, bytes: Buffer.concat([header, REQUEST]), cuts: [1, 5, 12, 16, 20, header.length - 1, header.length] });
      }
    }
  }
  const [envoy, ours] = [await probe('envoy', LISTENERS, probes), await probe('outrigger', LISTENERS, probes)];
  for (const [i, name] of names.entries()) t.same(ours.landed[i], envoy.landed[i], name);
  t.equal(ours.landed[1]?.remote, '10.0.0.1:1000', 'the comparison is about something');
  const counted = (stats: ReadonlyMap<string, number>) =>
    Object.fromEntries([...stats].filter(([name]) => /proxy_proto|inspector/.test(name)).sort());
  t.same(counted(ours.stats), counted(envoy.stats));
});
