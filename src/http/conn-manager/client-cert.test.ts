import t from 'tap';
import { fieldsOf, requestHead } from '../../../test/support/http-manager.ts';
import type { TlsInfo, TlsSide } from '../../telemetry/stream-info.ts';
import { CERT_APPEND, CERT_FORWARD, CERT_KEEP, CERT_SET, ClientCertForwarder, type ClientCertSettings, elementOf } from './client-cert.ts';

const SIDE: TlsSide = { uriSans: [], dnsSans: [], subject: '', issuer: '', serial: '', sha256: '', validFrom: 0, validTo: 0 };
const PEM = '-----BEGIN CERTIFICATE-----\nab+/=\n-----END CERTIFICATE-----\n';

function session(peer: Partial<TlsSide> | null, more: Partial<TlsInfo> = {}): TlsInfo {
  return {
    version: 'TLSv1.3',
    cipher: '',
    alpn: '',
    sni: '',
    sessionId: '',
    peer: peer === null ? null : { ...SIDE, ...peer },
    local: { ...SIDE, uriSans: ['spiffe://a/b', 'spiffe://c/d'] },
    peerValidated: true,
    ...more,
  };
}

const NOTHING: ClientCertSettings = { mode: CERT_SET, cert: false, chain: false, subject: false, uri: false, dns: false, issuer: false };
const ALL: ClientCertSettings = { mode: CERT_SET, cert: true, chain: true, subject: true, uri: true, dns: true, issuer: true };

/** Texts as Envoy 1.40 gave them for certificates with these names. */
t.test('an element has Envoy’s order, quotes and escapes', (t) => {
  const odd = {
    sha256: '9386ca',
    subject: 'CN=\\C3\\A9\\"x\\\\,O=a\\,b\\;c',
    issuer: 'CN=root',
    uriSans: ['spiffe://x/"q";y,z', 'spiffe://two'],
    dnsSans: ['d.test', '*.e.test'],
    pem: PEM,
  };
  const pem = '-----BEGIN%20CERTIFICATE-----%0Aab%2B%2F%3D%0A-----END%20CERTIFICATE-----%0A';
  t.equal(
    elementOf(
      session(odd, {
        peerChain: [
          { ...SIDE, pem: PEM },
          { ...SIDE, pem: PEM },
        ],
      }),
      ALL,
    ),
    `By=spiffe://a/b;By=spiffe://c/d;Hash=9386ca;Cert="${pem}";Chain="${pem}${pem}";Subject="CN=\\C3\\A9\\"x\\\\,O=a\\,b\\;c";` +
      'URI=spiffe://x/"q";y,z;URI=spiffe://two;DNS=d.test;DNS=*.e.test;Issuer="CN=root"',
  );
  t.equal(
    elementOf(session({ sha256: '42c3', issuer: 'CN=root' }, { local: SIDE }), ALL),
    'Hash=42c3;Subject="";URI=;Issuer="CN=root"',
    'a certificate that says nothing',
  );
  t.equal(elementOf(session({ sha256: '42c3' }), NOTHING), 'By=spiffe://a/b;By=spiffe://c/d;Hash=42c3');
  t.end();
});

t.test('a line end in a name does not end the header', (t) => {
  const peer = { sha256: 'a', uriSans: ['spiffe://x\r\nx-admin: yes'], dnsSans: ['a\0b'] };
  t.equal(
    elementOf(session(peer, { local: null }), { ...NOTHING, uri: true, dns: true }),
    'Hash=a;URI=spiffe://x%0D%0Ax-admin: yes;DNS=a%00b',
  );
  t.end();
});

function apply(mode: ClientCertSettings['mode'], tls: TlsInfo | null, given?: string) {
  const headers = requestHead('/', given === undefined ? {} : { 'x-forwarded-client-cert': given });
  new ClientCertForwarder({ ...NOTHING, mode }).apply(headers, tls, { clientCert: null });
  return fieldsOf(headers)['x-forwarded-client-cert'];
}

t.test('what a client says itself counts as the mode wants it', (t) => {
  const tls = session({ sha256: '42' }, { local: null });
  t.equal(apply(CERT_FORWARD, tls, 'given=1'), 'given=1');
  t.equal(apply(CERT_APPEND, tls, 'given=1'), 'given=1,Hash=42');
  t.equal(apply(CERT_SET, tls, 'given=1'), 'Hash=42');
  t.equal(apply(CERT_FORWARD, tls), undefined);
  t.equal(apply(CERT_APPEND, tls), 'Hash=42');
  t.equal(apply(CERT_SET, tls), 'Hash=42');
  for (const mode of [CERT_FORWARD, CERT_APPEND, CERT_SET] as const) {
    t.equal(apply(mode, null, 'given=1'), undefined, 'plain text');
    t.equal(apply(mode, session(null), 'given=1'), undefined, 'TLS without a certificate of the client');
  }
  t.end();
});

t.test('a connection writes its element once', (t) => {
  const memory = { clientCert: null };
  const forwarder = new ClientCertForwarder({ ...NOTHING, mode: CERT_SET });
  const tls = session({ sha256: '42' });
  const [first, second] = [requestHead('/', {}), requestHead('/', {})];
  forwarder.apply(first, tls, memory);
  forwarder.apply(second, tls, memory);
  const at = first.count - 1;
  t.equal(first.field(at), second.field(at));
  t.end();
});

t.test('several lines of the header become one list', (t) => {
  const headers = requestHead('/', { 'x-forwarded-client-cert': 'a=1' });
  const name = headers.field(headers.count - 1).name;
  headers.add(name, 'b=2');
  new ClientCertForwarder({ ...NOTHING, mode: CERT_APPEND }).apply(headers, session({ sha256: '42' }, { local: null }), {
    clientCert: null,
  });
  t.equal(fieldsOf(headers)['x-forwarded-client-cert'], 'a=1,b=2,Hash=42');
  const kept = requestHead('/', { 'x-forwarded-client-cert': 'a=1' });
  kept.add(name, 'b=2');
  new ClientCertForwarder({ ...NOTHING, mode: CERT_KEEP }).apply(kept, null, { clientCert: null });
  t.equal(fieldsOf(kept)['x-forwarded-client-cert'], 'a=1,b=2');
  t.end();
});
