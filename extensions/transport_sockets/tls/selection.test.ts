import t from 'tap';
import { type IssuedCertificate, newAuthority, type SanSpec } from '../../../test/support/certificates.ts';
import { NO_OPTIONS, TlsBench } from '../../../test/support/tls.ts';
import { contextJson } from '../../../test/support/tls-json.ts';
import * as definitions from './index.ts';

const root = newAuthority('root');
const dns = (...names: string[]): SanSpec[] => names.map((value) => ({ kind: 'dns', value }));

const first = root.issue({ subject: { CN: 'first' }, sans: dns('first.example') });
const ecdsa = root.issue({ subject: { CN: 'ecdsa' }, sans: dns('both.example', '*.wild.example') });
const rsa = root.issue({ subject: { CN: 'rsa' }, sans: dns('both.example', 'rsa.example'), key: 'rsa' });
const common = root.issue({ subject: { O: 'x', CN: 'common.example' } });
const ALL = [first, ecdsa, rsa, common];

const ECDSA_ONLY = { cipher_suites: ['ECDHE-ECDSA-AES128-GCM-SHA256'] };
const RSA_ONLY = { cipher_suites: ['ECDHE-RSA-AES128-GCM-SHA256'], signature_algorithms: ['rsa_pss_rsae_sha256'] };
const RSA_13 = { tls_minimum_protocol_version: 'TLSv1_3', signature_algorithms: ['rsa_pss_rsae_sha256', 'rsa_pkcs1_sha256'] };

t.test('a client gets the certificate of the name that it asks for, with a key that it can verify', async (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const plain = await bench.serve(bench.downstream(contextJson({ certificate: ALL })));
  const scan = await bench.serve(bench.downstream(contextJson({ certificate: ALL, own: { full_scan_certs_on_sni_mismatch: true } })));
  const rows: [sni: string, params: object, scan: boolean, expected: IssuedCertificate][] = [
    ['both.example', {}, false, ecdsa],
    ['BOTH.example', {}, false, ecdsa],
    ['both.example', ECDSA_ONLY, false, ecdsa],
    ['both.example', RSA_ONLY, false, rsa],
    ['both.example', RSA_13, false, rsa],
    ['rsa.example', {}, false, rsa],
    ['a.wild.example', {}, false, ecdsa],
    ['a.b.wild.example', {}, false, first],
    ['wild.example', {}, false, first],
    ['common.example', {}, false, common],
    ['unknown.example', {}, false, first],
    ['', {}, false, first],
    ['', RSA_13, false, rsa],
    ['unknown.example', RSA_13, true, rsa],
    ['unknown.example', {}, true, first],
  ];
  for (const [sni, params, scanned, expected] of rows) {
    const up = bench.upstream(contextJson({ trusts: root.pem, common: { tls_params: params as Record<string, string> }, own: { sni } }));
    const { connection } = await bench.shake(up, scanned ? scan : plain);
    t.equal(connection.tls?.peer?.sha256, expected.sha256, `${sni} ${JSON.stringify(params)} ${connection.errorText}`);
  }
});

t.test('a server may insist on a name', async (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const address = await bench.serve(bench.downstream(contextJson({ certificate: first, own: { require_sni: true } })));
  t.same((await bench.shake(bench.upstream(contextJson({ own: { sni: 'x' } })), address)).callbacks.events, ['connected']);
  t.same((await bench.shake(bench.upstream(contextJson({})), address)).callbacks.events, ['close:error']);
});

t.test("the server's order of protocols decides, and without overlap the handshake goes on", async (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  for (const peek of [0, 1]) {
    const address = await bench.serve(
      bench.downstream(contextJson({ certificate: first, common: { alpn_protocols: ['h2', 'http/1.1'] } })),
      peek,
    );
    const rows: [offered: string[], chosen: string][] = [
      [['h2'], 'h2'],
      [['http/1.1', 'h2'], 'h2'],
      [['istio-http/1.1', 'istio', 'http/1.1'], 'http/1.1'],
      [['istio'], ''],
      [[], ''],
    ];
    for (const [offered, chosen] of rows) {
      const { connection, callbacks } = await bench.shake(bench.upstream(contextJson({ common: { alpn_protocols: offered } })), address);
      t.same(callbacks.events, ['connected']);
      t.equal(connection.tls?.alpn, chosen, `${offered}`);
    }
  }
});

t.test("a stream may replace a cluster's protocols and its server name, and pools know it", async (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const address = await bench.serve(
    bench.downstream(contextJson({ certificate: ALL, common: { alpn_protocols: ['istio-peer-exchange', 'h2', 'http/1.1'] } })),
  );
  const up = bench.upstream(contextJson({ common: { alpn_protocols: ['http/1.1'] }, own: { sni: 'first.example' } }));
  const replaced = { ...NO_OPTIONS, alpn: ['istio-peer-exchange', 'istio'], serverName: 'rsa.example' };
  const { connection } = await bench.shake(up, address, replaced);
  t.match(connection.tls, { alpn: 'istio-peer-exchange', sni: 'rsa.example', peer: { sha256: rsa.sha256 } });
  const configured = await bench.shake(up, address);
  t.match(configured.connection.tls, { alpn: 'http/1.1', sni: 'first.example' });
  t.not(up.key(replaced), up.key(NO_OPTIONS));
  t.not(up.key({ ...NO_OPTIONS, serverName: 'x' }), up.key(NO_OPTIONS));
  t.equal(up.key({ ...NO_OPTIONS, alpn: ['http/1.1'] }), up.key(NO_OPTIONS));
  const bare = bench.upstream(contextJson({}));
  const spoken = await bench.shake(bare, address, { ...NO_OPTIONS, alpnFallback: ['h2'] });
  t.equal(spoken.connection.tls?.alpn, 'h2', 'what the pool speaks where nobody says anything');
});

t.test('versions, suites and curves are those that are configured', async (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const serve = (params: object): Promise<import('../../../src/base/address.ts').Address> =>
    bench.serve(bench.downstream(contextJson({ certificate: first, common: { tls_params: params as Record<string, string> } })));
  const speak = async (params: object, address: Awaited<ReturnType<typeof serve>>): Promise<string> => {
    const up = bench.upstream(contextJson({ common: { tls_params: params as Record<string, string> } }));
    const { connection } = await bench.shake(up, address);
    return connection.tls === null ? connection.errorText : `${connection.tls.version} ${connection.tls.cipher}`;
  };
  const only13 = await serve({ tls_minimum_protocol_version: 'TLSv1_3' });
  t.match(await speak({}, only13), /TLSV1_ALERT_PROTOCOL_VERSION/);
  t.equal(await speak({ tls_maximum_protocol_version: 'TLSv1_3' }, only13), 'TLSv1.3 TLS_AES_128_GCM_SHA256');
  const cbc = await serve({ cipher_suites: ['[ECDHE-ECDSA-AES256-GCM-SHA384|ECDHE-ECDSA-AES128-SHA]'] });
  t.equal(await speak({ cipher_suites: ['TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA'] }, cbc), 'TLSv1.2 ECDHE-ECDSA-AES128-SHA');
  t.match(await speak({ cipher_suites: ['ECDHE-ECDSA-CHACHA20-POLY1305'] }, cbc), /SSLV3_ALERT_HANDSHAKE_FAILURE/);
  const curves = await serve({ ecdh_curves: ['P-384', 'P-256'] });
  t.match(await speak({ ecdh_curves: ['P-256', 'P-384'] }, curves), /^TLSv1.2/);
  t.equal(bench.counted('listener.l.')['ssl.curves.P-384'], 1);
  const post = await serve({ ecdh_curves: ['X25519MLKEM768', 'X25519'] });
  await speak({ tls_maximum_protocol_version: 'TLSv1_3', ecdh_curves: ['X25519MLKEM768'] }, post);
  t.equal(bench.counted('cluster.c.')['ssl.curves.X25519MLKEM768'], 2);
});
