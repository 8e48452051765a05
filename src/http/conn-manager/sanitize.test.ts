import t from 'tap';
import { fieldsOf, requestHead, SANITIZE_DEFAULTS } from '../../../test/support/http-manager.ts';
import { type Address, formatAddress, ipAddress } from '../../base/address.ts';
import { StreamInfo } from '../../telemetry/stream-info.ts';
import { pinName, resolveName } from '../header-name.ts';
import { CERT_KEEP, ClientCertForwarder } from './client-cert.ts';
import { InternalAddresses } from './internal-addresses.ts';
import { RequestIds, withoutTraceReason } from './request-id.ts';
import { RequestSanitizer, type SanitizeSettings } from './sanitize.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** What a request carries of everything that Envoy 1.40 was sent by hand for the expectations below. */
const ALL = {
  'x-envoy-internal': 'true',
  'x-forwarded-for': '1.2.3.4, 5.6.7.8',
  'x-forwarded-proto': 'https',
  'x-request-id': '11111111-2222-a333-8444-555555555555',
  'x-envoy-retry-on': '5xx',
  'x-envoy-decorator-operation': 'q',
  'x-envoy-downstream-service-cluster': 'd',
  'x-envoy-downstream-service-node': 'e',
  'x-envoy-original-path': '/o',
  'x-envoy-original-host': 'h',
  'x-envoy-retriable-status-codes': '500',
  'x-envoy-force-trace': '1',
  'x-envoy-ip-tags': 't',
  'x-envoy-external-address': '9.9.9.9',
  'x-envoy-attempt-count': '7',
  'x-forwarded-host': 'fh',
};

function sanitize(
  settings: Partial<SanitizeSettings>,
  fields: Readonly<Record<string, string>>,
  peer: { readonly ip?: string; readonly secure?: boolean; readonly internalOnly?: readonly string[]; readonly scheme?: string } = {},
) {
  const headers = requestHead('/', fields);
  headers.scheme = peer.scheme ?? '';
  const remote: Address = ipAddress(peer.ip ?? '127.0.0.1', 1234);
  const local = ipAddress('10.9.9.9', 8443);
  const downstream = {
    connectionId: 1,
    localAddress: local,
    directRemoteAddress: remote,
    tls: null,
    serverName: '',
    listenerName: '',
    filterChainName: '',
  };
  const info = new StreamInfo(downstream, 0, 0);
  const sanitizer = new RequestSanitizer({ ...SANITIZE_DEFAULTS, ...settings });
  sanitizer.apply(headers, { remote, local, secure: peer.secure === true, clientCert: null }, (peer.internalOnly ?? []).map(pinName), info);
  return { fields: fieldsOf(headers), scheme: headers.scheme, remote: formatAddress(info.remoteAddress), id: info.requestId, headers };
}

t.test('behind another proxy (the default) what the peer says of the client is believed, retry orders are not', (t) => {
  const result = sanitize({}, ALL);
  t.same(result.fields, {
    'x-forwarded-for': '1.2.3.4, 5.6.7.8',
    'x-forwarded-proto': 'https',
    'x-request-id': '11111111-2222-a333-8444-555555555555',
    'x-envoy-decorator-operation': 'q',
    'x-envoy-downstream-service-cluster': 'd',
    'x-envoy-downstream-service-node': 'e',
    'x-envoy-original-path': '/o',
    'x-envoy-original-host': 'h',
    'x-envoy-external-address': '9.9.9.9',
    'x-envoy-attempt-count': '7',
    'x-forwarded-host': 'fh',
  });
  t.equal(result.scheme, 'https');
  t.equal(result.remote, '5.6.7.8:0');
  t.equal(result.id, '11111111-2222-a333-8444-555555555555');
  t.end();
});

t.test('a plain request gets a protocol and an id', (t) => {
  const result = sanitize({}, {});
  t.match(result.fields, { 'x-forwarded-proto': 'http', 'x-request-id': UUID });
  t.same(Object.keys(result.fields), ['x-forwarded-proto', 'x-request-id']);
  t.equal(result.id, result.fields['x-request-id']);
  t.equal(sanitize({}, {}, { secure: true }).scheme, 'https');
  t.same(sanitize({ generateRequestId: false }, {}).fields, { 'x-forwarded-proto': 'http' });
  t.end();
});

t.test('at the edge nothing that only a trusted peer may say is believed', (t) => {
  const result = sanitize({ useRemoteAddress: true }, ALL);
  t.match(result.fields, {
    'x-forwarded-for': '1.2.3.4, 5.6.7.8,192.0.2.2',
    'x-forwarded-proto': 'http',
    'x-request-id': UUID,
    'x-envoy-external-address': '127.0.0.1',
    'x-envoy-attempt-count': '7',
    'x-forwarded-host': 'fh',
  });
  t.equal(Object.keys(result.fields).length, 6);
  t.not(result.id, ALL['x-request-id']);
  t.equal(result.remote, '127.0.0.1:1234');
  const order = Object.keys(sanitize({ useRemoteAddress: true }, {}, { ip: '4.4.4.4' }).fields);
  t.same(order, ['x-forwarded-for', 'x-forwarded-proto', 'x-envoy-external-address', 'x-request-id']);
  t.equal(sanitize({ useRemoteAddress: true }, {}, { ip: '4.4.4.4' }).fields['x-forwarded-for'], '4.4.4.4');
  t.equal(sanitize({ useRemoteAddress: true, skipForwardedFor: true }, ALL).fields['x-forwarded-for'], '1.2.3.4, 5.6.7.8');
  t.end();
});

t.test('trusted hops are counted from the end of x-forwarded-for', (t) => {
  const edge = sanitize({ useRemoteAddress: true, trustedHops: 1, preserveExternalRequestId: true }, ALL);
  t.match(edge, { remote: '5.6.7.8:0', scheme: 'https', id: '11111111-2222-4333-8444-555555555555' });
  t.match(edge.fields, { 'x-forwarded-proto': 'https', 'x-envoy-external-address': '5.6.7.8' });
  t.equal(sanitize({ trustedHops: 1 }, ALL).remote, '1.2.3.4:0');
  t.equal(sanitize({ trustedHops: 1 }, { 'x-forwarded-for': '10.0.0.1' }).remote, '127.0.0.1:1234');
  t.equal(sanitize({}, { 'x-forwarded-for': 'bogus' }).remote, '127.0.0.1:1234');
  t.equal(sanitize({}, { 'x-forwarded-for': '::1' }).remote, '[::1]:0');
  t.end();
});

t.test('several x-forwarded-for lines are one list', (t) => {
  const headers = requestHead('/', { 'x-forwarded-for': '1.1.1.1' });
  headers.add(resolveName('x-forwarded-for'), '2.2.2.2');
  const remote = ipAddress('127.0.0.1', 1);
  const info = new StreamInfo(
    {
      connectionId: 1,
      localAddress: remote,
      directRemoteAddress: remote,
      tls: null,
      serverName: '',
      listenerName: '',
      filterChainName: '',
    },
    0,
    0,
  );
  new RequestSanitizer(SANITIZE_DEFAULTS).apply(headers, { remote, local: remote, secure: false, clientCert: null }, [], info);
  t.equal(fieldsOf(headers)['x-forwarded-for'], '1.1.1.1,2.2.2.2');
  t.equal(formatAddress(info.remoteAddress), '2.2.2.2:0');
  t.end();
});

t.test('a request is internal only from a configured address that nobody forwarded for', (t) => {
  const internal = new InternalAddresses([{ address: '10.0.0.0', prefix: 8 }], false);
  const settings = { useRemoteAddress: true, internal };
  const inside = sanitize(settings, { 'x-envoy-retry-on': '5xx', 'x-only': '1' }, { ip: '10.1.1.1', internalOnly: ['x-only'] });
  t.match(inside.fields, { 'x-envoy-internal': 'true', 'x-envoy-retry-on': '5xx', 'x-only': '1' });
  t.notOk('x-envoy-external-address' in inside.fields);
  const forwarded = sanitize(settings, { 'x-forwarded-for': '10.0.0.1', 'x-only': '1' }, { ip: '10.1.1.1', internalOnly: ['x-only'] });
  t.notOk('x-envoy-internal' in forwarded.fields);
  t.notOk('x-only' in forwarded.fields);
  t.ok(
    'x-envoy-internal' in sanitize({ internal }, { 'x-forwarded-for': '10.0.0.1' }).fields,
    'behind a proxy the one forwarded address counts',
  );
  t.notOk('x-envoy-internal' in sanitize({ useRemoteAddress: true }, {}, { ip: '10.1.1.1' }).fields, 'nobody is internal by default');
  t.end();
});

t.test('protocols that are none fall back to the connection’s', (t) => {
  t.equal(sanitize({}, { 'x-forwarded-proto': 'HTTPS' }).scheme, 'https');
  t.equal(sanitize({}, { 'x-forwarded-proto': 'ftp' }).scheme, 'http');
  // What the request says itself comes first.
  t.equal(sanitize({}, { 'x-forwarded-proto': 'http' }, { scheme: 'https' }).scheme, 'https');
  t.equal(sanitize({}, {}, { scheme: 'ftp' }).scheme, 'http');
  t.equal(sanitize({ scheme: 'https' }, {}, { scheme: 'http' }).scheme, 'https');
  t.match(sanitize({ scheme: 'https' }, { 'x-forwarded-proto': 'http' }), { scheme: 'https', fields: { 'x-forwarded-proto': 'https' } });
  t.equal(sanitize({ useRemoteAddress: true, appendForwardedPort: true }, {}).fields['x-forwarded-port'], '8443');
  t.end();
});

t.test('hop-by-hop fields, client certificates and malformed referers are removed', (t) => {
  const hop = {
    connection: 'keep-alive',
    'keep-alive': '1',
    'proxy-connection': 'x',
    'transfer-encoding': 'chunked',
    upgrade: 'h2c',
    te: 'gzip',
  };
  t.same(Object.keys(sanitize({ generateRequestId: false }, hop).fields), ['x-forwarded-proto']);
  t.equal(sanitize({}, { te: 'gzip, Trailers' }).fields['te'], 'trailers');
  t.notOk('x-forwarded-client-cert' in sanitize({}, { 'x-forwarded-client-cert': 'z' }).fields);
  const none = { cert: false, chain: false, subject: false, uri: false, dns: false, issuer: false };
  const clientCert = new ClientCertForwarder({ mode: CERT_KEEP, ...none });
  t.ok('x-forwarded-client-cert' in sanitize({ clientCert }, { 'x-forwarded-client-cert': 'z' }).fields);
  t.ok('referer' in sanitize({}, { referer: 'https://a.b/c' }).fields);
  t.notOk('referer' in sanitize({}, { referer: 'foo bar' }).fields);
  t.equal(sanitize({ via: 'me' }, { via: 'you' }).fields['via'], 'you, me');
  t.end();
});

t.test('request ids are UUIDs of version 4 and do not repeat', (t) => {
  const ids = new RequestIds();
  const made = new Set<string>();
  for (let i = 0; i < 1000; i++) {
    const id = ids.make();
    if (!UUID.test(id)) t.fail(id);
    made.add(id);
  }
  t.equal(made.size, 1000);
  t.equal(withoutTraceReason('11111111-2222-b333-8444-555555555555'), '11111111-2222-4333-8444-555555555555');
  t.equal(withoutTraceReason('11111111-2222-1333-8444-555555555555'), '11111111-2222-4333-8444-555555555555');
  t.equal(withoutTraceReason('anything'), 'anything');
  t.end();
});
