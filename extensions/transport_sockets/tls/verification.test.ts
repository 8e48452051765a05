import t, { type Test } from 'tap';
import { CLIENT_AUTH, type IssuedCertificate, newAuthority, newIntermediate, SERVER_AUTH } from '../../../test/support/certificates.ts';
import { turns, until } from '../../../test/support/sockets.ts';
import { TlsBench } from '../../../test/support/tls.ts';
import { contextJson, type PeerJson } from '../../../test/support/tls-json.ts';
import * as definitions from './index.ts';

const root = newAuthority('root');
const other = newAuthority('other');
const server = root.workload('spiffe://td/ns/a/sa/server');
const good = root.workload('spiffe://td/ns/a/sa/client');
const TD = { match_typed_subject_alt_names: [{ san_type: 'URI', matcher: { prefix: 'spiffe://td/' } }] };
const YESTERDAY = new Date(Date.now() - 3_600_000);

interface Outcome {
  readonly failure: string;
  readonly counted: Record<string, number>;
}

const TLS13 = { tls_params: { tls_minimum_protocol_version: 'TLSv1_3', tls_maximum_protocol_version: 'TLSv1_3' } };
const TLS12 = { tls_params: { tls_maximum_protocol_version: 'TLSv1_2' } };

/** What a server says about a client that sends at once, in TLS 1.3 and 1.2. '' when it took it. */
async function serverSays(t: Test, certificate: IssuedCertificate | null, server_: PeerJson): Promise<Outcome> {
  let last: Outcome | null = null;
  for (const common of [TLS13, TLS12]) {
    const bench = new TlsBench(definitions);
    const down = bench.downstream(
      contextJson({ certificate: server, trusts: root.pem, own: { require_client_certificate: true }, ...server_ }),
    );
    const address = await bench.serve(down);
    const own = certificate === null ? {} : { certificate };
    const { connection } = await bench.shake(bench.upstream(contextJson({ ...own, common })), address);
    connection.writeLatin1('secret');
    connection.flush();
    await until(() => bench.served[0]?.failure !== null || (bench.served[0]?.callbacks.events.length ?? 0) > 0, 'the verdict');
    await turns(3);
    const [served] = bench.served;
    const failure = served?.failure ?? '';
    if (failure !== '') t.same(served?.callbacks.events, [], 'no byte reached the application');
    const counted = bench.counted('listener.l.');
    bench.close();
    const outcome = { failure, counted: failure === '' ? {} : counted };
    if (last !== null) t.same(outcome, last, 'TLS 1.2 and 1.3 agree');
    last = outcome;
  }
  return last as Outcome;
}

const refused = (detail: string): string =>
  `TLS_error:|268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:${detail}:TLS_error_end`;
const chain = (reason: string): string =>
  refused(`verify cert failed: X509_verify_cert: certificate verification error at depth 0: ${reason}`);

t.test('clients that are not who they should be are refused by the counter of the reason, and nothing they sent is read', async (t) => {
  const rows: [name: string, certificate: IssuedCertificate | null, counter: string, failure: RegExp | string][] = [
    [
      'another trust domain',
      root.workload('spiffe://evil/ns/a/sa/client'),
      'fail_verify_san',
      /SAN matcher, certificate SANs are \[spiffe:\/\/evil/,
    ],
    [
      'another authority',
      other.workload('spiffe://td/ns/a/sa/client'),
      'fail_verify_error',
      chain('unable to get local issuer certificate'),
    ],
    [
      'a server certificate',
      root.workload('spiffe://td/x', { extendedKeyUsage: [SERVER_AUTH] }),
      'fail_verify_error',
      chain('unsupported certificate purpose'),
    ],
    ['expired', root.workload('spiffe://td/x', { validTo: YESTERDAY }), 'fail_verify_error', chain('certificate has expired')],
    [
      'not yet valid',
      root.workload('spiffe://td/x', { validFrom: new Date(Date.now() + 9e6) }),
      'fail_verify_error',
      chain('certificate is not yet valid'),
    ],
    [
      'an authority',
      root.workload('spiffe://td/x', { ca: true, keyUsage: 0x80 }),
      'fail_verify_error',
      /leaf certificate is a certificate authority/,
    ],
    ['signs certificates', root.workload('spiffe://td/x', { keyUsage: 0x84 }), 'fail_verify_error', /may sign certificates/],
    ['signs CRLs', root.workload('spiffe://td/x', { keyUsage: 0x82 }), 'fail_verify_error', /may sign certificates/],
    ['no certificate', null, 'fail_verify_no_cert', /PEER_DID_NOT_RETURN_A_CERTIFICATE:peer did not provide required client certificate/],
    [
      'two URI SANs',
      root.issue({
        sans: [
          { kind: 'uri', value: 'spiffe://td/a' },
          { kind: 'uri', value: 'spiffe://td/b' },
        ],
      }),
      'fail_verify_san',
      /more than one URI SAN/,
    ],
    ['a NUL in the SAN', root.workload('spiffe://td/ns/a/sa/b\0.evil'), 'fail_verify_san', /a SAN contains NUL/],
    ['the id as a DNS name', root.issue({ sans: [{ kind: 'dns', value: 'spiffe://td/ns/a/sa/b' }] }), 'fail_verify_san', /SAN matcher/],
    ['the id as the common name', root.issue({ subject: { CN: 'spiffe://td/ns/a/sa/b' } }), 'fail_verify_san', /SAN matcher/],
    ['two ids in one SAN', root.workload('https://x,URI:spiffe://td/a'), 'fail_verify_san', /SAN matcher/],
    [
      'a self-signed one',
      newAuthority('x', { ca: false, sans: [{ kind: 'uri', value: 'spiffe://td/a' }] }),
      'fail_verify_error',
      /X509_verify_cert: certificate verification error/,
    ],
  ];
  for (const [name, certificate, counter, failure] of rows) {
    const outcome = await serverSays(t, certificate, { validation: TD });
    if (typeof failure === 'string') t.equal(outcome.failure, failure, name);
    else t.match(outcome.failure, failure, name);
    t.same(outcome.counted, { [`ssl.${counter}`]: 1 }, name);
  }
  t.equal((await serverSays(t, good, { validation: TD })).failure, '');
});

t.test('every kind of SAN and of match', async (t) => {
  const certificate = root.issue({
    sans: [
      { kind: 'uri', value: 'spiffe://td/ns/a/sa/client' },
      { kind: 'dns', value: 'Client.Example.com' },
      { kind: 'dns', value: '*.wild.example.com' },
      { kind: 'email', value: 'me@example.com' },
      { kind: 'ip', value: '10.1.2.3' },
      { kind: 'ip', value: Buffer.from('20010db8000000000000000000000001', 'hex') },
      { kind: 'other', value: 'upn', oid: '1.3.6.1.4.1.311.20.2.3' },
    ],
  });
  const typed = (type: string, matcher: object, more: object = {}): PeerJson => ({
    validation: { match_typed_subject_alt_names: [{ san_type: type, matcher, ...more }] } as NonNullable<PeerJson['validation']>,
  });
  const yes: [string, PeerJson][] = [
    ['exact URI', typed('URI', { exact: 'spiffe://td/ns/a/sa/client' })],
    ['suffix', typed('URI', { suffix: '/sa/client' })],
    ['contains', typed('URI', { contains: '/ns/a/' })],
    ['regex', typed('URI', { safe_regex: { regex: 'spiffe://td/ns/[^/]+/sa/client' } })],
    ['ignore_case', typed('URI', { exact: 'SPIFFE://TD/NS/a/sa/client', ignore_case: true })],
    ['DNS names know no case', typed('DNS', { exact: 'client.example.com' })],
    ['a wildcard', typed('DNS', { exact: 'a.wild.example.com' })],
    ['email', typed('EMAIL', { exact: 'me@example.com' })],
    ['IPv4', typed('IP_ADDRESS', { exact: '10.1.2.3' })],
    ['IPv6', typed('IP_ADDRESS', { exact: '2001:db8::1' })],
    ['other name', typed('OTHER_NAME', { exact: 'upn' }, { oid: '1.3.6.1.4.1.311.20.2.3' })],
    ['untyped', { validation: { match_subject_alt_names: [{ exact: 'nobody' }, { prefix: 'me@' }] } }],
  ];
  const no: [string, PeerJson][] = [
    ['another URI', typed('URI', { exact: 'spiffe://td/ns/a/sa/other' })],
    ['a part of it', typed('URI', { safe_regex: { regex: 'spiffe://td/ns' } })],
    ['a label too many', typed('DNS', { exact: 'a.b.wild.example.com' })],
    ['the wildcard itself', typed('DNS', { exact: 'wild.example.com' })],
    ['a DNS name that is a URI', typed('DNS', { prefix: 'spiffe://' })],
    ['another type of other name', typed('OTHER_NAME', { exact: 'upn' }, { oid: '1.2.3.4' })],
    ['another IP', typed('IP_ADDRESS', { exact: '10.1.2.4' })],
  ];
  for (const [name, context] of yes) t.equal((await serverSays(t, certificate, context)).failure, '', name);
  for (const [name, context] of no) t.same((await serverSays(t, certificate, context)).counted, { 'ssl.fail_verify_san': 1 }, name);
});

t.test('pins, with and without an authority', async (t) => {
  const colons = good.sha256.replace(/(..)(?=.)/g, '$1:').toUpperCase();
  const pinned = (validation: NonNullable<PeerJson['validation']>): PeerJson => ({ validation });
  t.equal((await serverSays(t, good, pinned({ verify_certificate_hash: [colons] }))).failure, '');
  t.equal((await serverSays(t, good, pinned({ verify_certificate_spki: [good.spkiSha256] }))).failure, '');
  t.equal(
    (await serverSays(t, good, pinned({ verify_certificate_spki: [good.spkiSha256], verify_certificate_hash: [server.sha256] }))).failure,
    '',
  );
  const wrong = await serverSays(t, good, pinned({ verify_certificate_hash: [server.sha256] }));
  t.same(wrong.counted, { 'ssl.fail_verify_cert_hash': 1 });
  const alone = { certificate: server, validation: { verify_certificate_hash: [good.sha256] }, own: { require_client_certificate: true } };
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const address = await bench.serve(bench.downstream(contextJson(alone)));
  const { callbacks } = await bench.shake(bench.upstream(contextJson({ certificate: good })), address);
  t.same(callbacks.events, ['connected']);
});

t.test('a certificate may be asked for and not needed, or taken without trust', async (t) => {
  const optional: PeerJson = { own: {}, validation: TD };
  t.equal((await serverSays(t, null, optional)).failure, '');
  t.equal((await serverSays(t, good, optional)).failure, '');
  t.same((await serverSays(t, other.workload('spiffe://td/a'), optional)).counted, { 'ssl.fail_verify_error': 1 });
  const untrusted: PeerJson = { validation: { ...TD, trust_chain_verification: 'ACCEPT_UNTRUSTED' } };
  t.equal((await serverSays(t, other.workload('spiffe://evil/a'), untrusted)).failure, '');
});

t.test('intermediates are followed, and revoked certificates are refused', async (t) => {
  const middle = newIntermediate(root, 'middle');
  const under = middle.workload('spiffe://td/ns/a/sa/under');
  t.equal((await serverSays(t, under, { validation: TD })).failure, '');
  const lists = (...revoked: IssuedCertificate[]): PeerJson => ({ validation: { ...TD, crl: { inline_string: root.revoke(revoked) } } });
  t.equal((await serverSays(t, good, lists())).failure, '');
  const outcome = await serverSays(t, good, lists(good));
  t.equal(outcome.failure, chain('certificate revoked'));
  t.same(outcome.counted, { 'ssl.fail_verify_error': 1 });
  const both = { validation: { ...TD, crl: { inline_string: root.revoke([]) + middle.revoke([under]) } } };
  t.equal((await serverSays(t, under, both)).failure, chain('certificate revoked'));
});

t.test('a chain has at most so many authorities between leaf and root', async (t) => {
  const middle = newIntermediate(root, 'middle');
  const lower = newIntermediate(middle, 'lower');
  const within = (depth: number, trusts = root.pem): PeerJson => ({ trusts, validation: { max_verify_depth: depth } });
  const rows: [certificate: IssuedCertificate, context: PeerJson, taken: boolean][] = [
    [good, within(0), true],
    [middle.workload('spiffe://td/a'), within(0), false],
    [middle.workload('spiffe://td/a'), within(1), true],
    [lower.workload('spiffe://td/a'), within(1), false],
    [lower.workload('spiffe://td/a'), within(2), true],
    [middle.workload('spiffe://td/a'), within(0, root.pem + middle.pem), false],
  ];
  for (const [certificate, context, taken] of rows) {
    const { failure, counted } = await serverSays(t, certificate, context);
    t.equal(failure, taken ? '' : chain('certificate chain too long'));
    t.same(counted, taken ? {} : { 'ssl.fail_verify_error': 1 });
  }
});

t.test("the runtime's own roots are trusted where they are asked for", async (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const address = await bench.serve(bench.downstream(contextJson({ certificate: server })));
  const { callbacks, connection } = await bench.shake(bench.upstream(contextJson({ validation: { system_root_certs: {} } })), address);
  t.same(callbacks.events, ['close:error']);
  t.match(connection.errorText, /unable to get local issuer certificate/);
});

t.test('a client refuses servers the same way', async (t) => {
  const rows: [name: string, server: IssuedCertificate, client: PeerJson, counter: string, failure: RegExp | string][] = [
    [
      'another id',
      server,
      { validation: { match_typed_subject_alt_names: [{ san_type: 'URI', matcher: { exact: 'spiffe://td/x' } }] } },
      'fail_verify_san',
      /SAN matcher/,
    ],
    [
      'a client certificate',
      root.workload('spiffe://td/x', { extendedKeyUsage: [CLIENT_AUTH] }),
      {},
      'fail_verify_error',
      chain('unsupported certificate purpose'),
    ],
    ['another authority', other.workload('spiffe://td/x'), {}, 'fail_verify_error', chain('unable to get local issuer certificate')],
    ['expired', root.workload('spiffe://td/x', { validTo: YESTERDAY }), {}, 'fail_verify_error', chain('certificate has expired')],
    [
      'another host',
      root.issue({ sans: [{ kind: 'dns', value: 'b.example' }] }),
      { own: { sni: 'a.example', auto_sni_san_validation: true } },
      'fail_verify_san',
      /verify SAN list/,
    ],
  ];
  for (const [name, certificate, client, counter, failure] of rows) {
    const bench = new TlsBench(definitions);
    const address = await bench.serve(bench.downstream(contextJson({ certificate })));
    const { callbacks, connection } = await bench.shake(bench.upstream(contextJson({ trusts: root.pem, ...client })), address);
    t.same(callbacks.events, ['close:error'], name);
    if (typeof failure === 'string') t.equal(connection.errorText, failure, name);
    else t.match(connection.errorText, failure, name);
    t.same(bench.counted('cluster.c.'), { [`ssl.${counter}`]: 1 }, name);
    bench.close();
  }
});

t.test('a trusted certificate may be its own leaf', async (t) => {
  const own = newAuthority('dev', { sans: [{ kind: 'dns', value: 'localhost' }], keyUsage: null });
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const address = await bench.serve(bench.downstream(contextJson({ certificate: own })));
  const { callbacks } = await bench.shake(bench.upstream(contextJson({ trusts: own.pem })), address);
  t.same(callbacks.events, ['connected']);
});
