import t from 'tap';
import type { JsonObject } from '../../../src/api/index.ts';
import { newAuthority } from '../../../test/support/certificates.ts';
import { certificateSecret, rootsSecret } from '../../../test/support/secrets.ts';
import { TlsBench } from '../../../test/support/tls.ts';
import { certificateJson, contextJson, discoveredJson } from '../../../test/support/tls-json.ts';
import * as definitions from './index.ts';

const root = newAuthority('root');
const server = root.workload('spiffe://td/server');
const CERTIFICATE = certificateJson(server);
const any = (name: string): JsonObject => ({ name, typed_config: { '@type': `type.googleapis.com/${name}` } });
const UNKNOWN = any('envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig');

t.test('what is not done is refused by name, at its place', (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const common = 'common_tls_context';
  const rows: [side: 'downstream' | 'upstream', json: JsonObject, complaint: RegExp][] = [
    ['downstream', { ocsp_staple_policy: 'MUST_STAPLE', ...contextJson({ certificate: server }) }, /^ocsp_staple_policy: /],
    [
      'downstream',
      contextJson({ certificate: server, common: { key_log: { path: '/tmp/x' } } }),
      /^common_tls_context\.key_log: key_log is not supported/,
    ],
    ['downstream', contextJson({ certificate: server, common: { custom_handshaker: UNKNOWN } }), /custom_handshaker/],
    [
      'downstream',
      contextJson({ certificate: server, common: { custom_tls_certificate_selector: UNKNOWN } }),
      /custom_tls_certificate_selector/,
    ],
    [
      'downstream',
      { [common]: { tls_certificates: [{ ...CERTIFICATE, ocsp_staple: { inline_string: 'x' } }] } },
      /tls_certificates\[0\]\.ocsp_staple/,
    ],
    [
      'downstream',
      contextJson({ certificate: server, trusts: root.pem, validation: { only_verify_leaf_cert_crl: true } }),
      /only_verify_leaf_cert_crl/,
    ],
    [
      'downstream',
      contextJson({ certificate: server, trusts: root.pem, validation: { allow_expired_certificate: true } }),
      /allow_expired_certificate/,
    ],
    [
      'downstream',
      contextJson({ certificate: server, trusts: root.pem, validation: { suppress_client_ca_list: true } }),
      /suppress_client_ca_list/,
    ],
    [
      'downstream',
      contextJson({ certificate: server, trusts: root.pem, validation: { custom_validator_config: UNKNOWN } }),
      /custom_validator_config/,
    ],
    ['upstream', { allow_renegotiation: true }, /^allow_renegotiation: allow_renegotiation is not supported/],
    ['upstream', { auto_host_sni: true }, /^auto_host_sni/],
    ['upstream', { enforce_rsa_key_usage: false }, /^enforce_rsa_key_usage: /],
    ['upstream', contextJson({ common: { tls_params: { compliance_policies: ['FIPS_202205'] } } }), /tls_params\.compliance_policies/],
  ];
  for (const [side, json, complaint] of rows) t.match(bench.complaints(side, json)[0], complaint);
  t.end();
});

t.test('what makes no sense is told', (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const params = (tls_params: JsonObject): JsonObject => contextJson({ common: { tls_params } });
  const rows: [side: 'downstream' | 'upstream', json: JsonObject, complaint: RegExp][] = [
    ['downstream', {}, /^common_tls_context: No TLS certificates found for server context/],
    ['upstream', contextJson({ certificate: [server, server] }), /Multiple TLS certificates are not supported for client contexts/],
    [
      'upstream',
      params({ cipher_suites: ['ECDHE-ECDSA-AES128-GCM-SHA256:NULL-MD5'] }),
      /tls_params\.cipher_suites\[0\]: Failed to initialize cipher suites: "NULL-MD5"/,
    ],
    ['upstream', params({ ecdh_curves: ['P-42'] }), /ecdh_curves\[0\]: Failed to initialize ECDH curves/],
    ['upstream', params({ signature_algorithms: ['md5'] }), /signature_algorithms\[0\]: /],
    [
      'upstream',
      params({ tls_minimum_protocol_version: 'TLSv1_3', tls_maximum_protocol_version: 'TLSv1_2' }),
      /tls_maximum_protocol_version: /,
    ],
    ['upstream', contextJson({ common: { alpn_protocols: [''] } }), /alpn_protocols\[0\]: a protocol has 1 to 255 bytes/],
    [
      'upstream',
      contextJson({ validation: { match_typed_subject_alt_names: [{ san_type: 'DNS', matcher: { exact: 'x' } }] } }),
      /SAN-based verification of peer certificates without trusted CA is insecure/,
    ],
    [
      'upstream',
      contextJson({ trusts: root.pem, validation: { match_typed_subject_alt_names: [{ matcher: { exact: 'x' } }] } }),
      /a type is needed/,
    ],
    ['upstream', contextJson({ trusts: root.pem, validation: { verify_certificate_hash: ['abc'] } }), /Invalid hex-encoded SHA-256 abc/],
    ['upstream', contextJson({ trusts: root.pem, validation: { verify_certificate_spki: ['abc'] } }), /Invalid base64-encoded SHA-256 abc/],
    ['upstream', { sni: 'x\0y' }, /^sni: /],
    [
      'downstream',
      {
        common_tls_context: {
          tls_certificates: [{ certificate_chain: { inline_string: server.pem }, private_key: { inline_string: root.keyPem } }],
        },
      },
      /key values mismatch/i,
    ],
  ];
  for (const [side, json, complaint] of rows) t.match(bench.complaints(side, json).join('\n'), complaint);
  t.end();
});

t.test('a bad matcher beside discovered roots is told at once', (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const defaults = { match_typed_subject_alt_names: [{ san_type: 'URI', matcher: { safe_regex: { regex: '(' } } }] };
  const at =
    'common_tls_context.combined_validation_context.default_validation_context.match_typed_subject_alt_names[0].matcher.safe_regex.regex';
  t.match(bench.complaints('upstream', discoveredJson({ roots: 'ca', defaults })), [new RegExp(`^${at.replace(/[.[\]]/g, '\\$&')}: `)]);
  t.end();
});

t.test('a factory is ready when all of its secrets are there', (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const factory = bench.downstream(discoveredJson({ certificate: 'mine', roots: 'ca', defaults: {} }));
  t.match(factory, { name: 'tls', secure: true, ready: false });
  bench.secrets.of('mine').set(certificateSecret(server.chain, server.keyPem));
  t.equal(factory.ready, false);
  bench.secrets.of('ca').set(rootsSecret(root.pem));
  t.equal(factory.ready, true);
  bench.secrets.of('ca').set(null);
  t.equal(factory.ready, false);
  t.end();
});

t.test('the expiry of certificates is shown by name', (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  bench.downstream(contextJson({ certificate: server, trusts: root.pem }));
  const stats = bench.context.stats.counted;
  const seconds = (name: string): number => stats[`listener.l.ssl.certificate.${name}.expiration_unix_time_seconds`] ?? 0;
  const inAYear = Date.now() / 1000 + 365 * 86_400;
  t.ok(Math.abs(seconds('unnamed_cert_e3b0c442') - inAYear) < 100);
  t.ok(Math.abs(seconds('unnamed_ca_cert_e3b0c442') - inAYear) < 100);
  t.end();
});

t.test('stats are given back when the listener is gone', (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const releases: (() => void)[] = [];
  Object.assign(bench.context.init, { onDiscard: (release: () => void) => releases.push(release) });
  bench.downstream(contextJson({ certificate: server }));
  for (const release of releases) release();
  t.ok(bench.context.stats.released.includes('listener.l.ssl.'));
  t.ok(bench.context.stats.released.includes('listener.l.server_ssl_socket_factory.'));
  t.end();
});
