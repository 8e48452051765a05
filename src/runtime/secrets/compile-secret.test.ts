import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { Authority } from '../../../test/support/pki.ts';
import { create, type Init } from '../../api/index.ts';
import { Problems } from '../../base/errors.ts';
import { compileSecret } from './compile-secret.ts';
import { resolveSecret } from './resolve-secret.ts';

type SecretInit = Init<'envoy.extensions.transport_sockets.tls.v3.Secret'>;

const ca = new Authority('root');
const one = ca.issue({ cn: 'one' });
const two = ca.issue({ cn: 'two' });

const inline = (value: string) => ({ specifier: { case: 'inlineString' as const, value } });
const file = (value: string) => ({ specifier: { case: 'filename' as const, value } });
const variable = (value: string) => ({ specifier: { case: 'environmentVariable' as const, value } });

function compile(type: SecretInit['type'], environment: { [name: string]: string } = {}) {
  const problems = new Problems();
  const message = create('envoy.extensions.transport_sockets.tls.v3.Secret', { name: 's', ...(type === undefined ? {} : { type }) });
  const { message: resolved, files } = resolveSecret(message, environment, problems);
  const secret = problems.failed ? null : compileSecret(resolved, problems);
  return { secret, files, complaints: problems.list.map(({ code, path, message }) => `${code} ${path}: ${message}`) };
}

const pair = (certificate: string, key: string) => ({
  case: 'tlsCertificate' as const,
  value: { certificateChain: inline(certificate), privateKey: inline(key) },
});

t.test('a certificate comes from every kind of source', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'secret-'));
  writeFileSync(join(folder, 'c'), one.certificate);
  const value = { certificateChain: file(join(folder, 'c')), privateKey: variable('KEY') };
  const { secret, files, complaints } = compile({ case: 'tlsCertificate', value }, { KEY: one.key });
  t.same(complaints, []);
  t.match(secret, { kind: 'tls_certificate', certificateChain: one.certificate, privateKey: one.key });
  t.same(files, [join(folder, 'c')]);
  t.end();
});

t.test('what cannot be read is named', (t) => {
  const value = { certificateChain: file('/no/such/file'), privateKey: variable('KEY') };
  t.same(compile({ case: 'tlsCertificate', value }).complaints, [
    'io tls_certificate.certificate_chain.filename: cannot read /no/such/file: there is no such file',
    'unresolved tls_certificate.private_key.environment_variable: the variable KEY is not set',
  ]);
  t.end();
});

t.test('a pair that does not match is refused, and so is what is no certificate or no key', (t) => {
  t.same(compile(pair(one.certificate, two.key)).complaints, [
    'bad_value tls_certificate.private_key: the certificate belongs to another key',
  ]);
  t.same(compile(pair('PEM', one.key)).complaints, ['bad_value tls_certificate.certificate_chain: it holds no certificate']);
  t.same(compile(pair(one.certificate, 'KEY')).complaints, [
    'bad_value tls_certificate.private_key: it holds no private key, or an encrypted one',
  ]);
  const half = one.certificate.slice(0, 300);
  t.equal(compile(pair(half, one.key)).complaints.length, 1, 'half of a file');
  t.equal(compile({ case: 'tlsCertificate', value: { certificateChain: inline(one.certificate) } }).complaints.length, 1);
  t.end();
});

t.test('an encrypted key is opened with its password', (t) => {
  const encrypted = createPrivateKey(one.key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open' })
    .toString();
  const value = { certificateChain: inline(one.certificate), privateKey: inline(encrypted), password: inline('open') };
  t.match(compile({ case: 'tlsCertificate', value }).secret, { privateKey: /^-----BEGIN PRIVATE KEY-----/ });
  t.same(compile({ case: 'tlsCertificate', value: { ...value, password: inline('closed') } }).complaints, [
    'bad_value tls_certificate.password: it does not open the private key',
  ]);
  t.end();
});

t.test('a validation context is roots, revocation lists and the message', (t) => {
  const value = { trustedCa: inline(ca.certificate), crl: inline(ca.revoke(['01'])), maxVerifyDepth: 2 };
  const { secret, complaints } = compile({ case: 'validationContext', value });
  t.same(complaints, []);
  t.match(secret, {
    kind: 'validation_context',
    trustedCa: ca.certificate,
    crl: /X509 CRL/,
    systemRoots: false,
    message: { maxVerifyDepth: 2 },
  });
  t.match(compile({ case: 'validationContext', value: {} }).secret, { trustedCa: '', crl: '', systemRoots: false });
  t.match(compile({ case: 'validationContext', value: { systemRootCerts: {} } }).secret, { systemRoots: true });
  t.same(compile({ case: 'validationContext', value: { trustedCa: inline('x'), crl: inline('y') } }).complaints, [
    'bad_value validation_context.trusted_ca: it holds no certificate',
    'bad_value validation_context.crl: it holds no revocation list',
  ]);
  t.end();
});

t.test('session ticket keys have 80 bytes', (t) => {
  const keys = (...texts: string[]) => compile({ case: 'sessionTicketKeys', value: { keys: texts.map(inline) } });
  t.match(keys('k'.repeat(80)).secret, { kind: 'session_ticket_keys', keys: [Buffer.alloc(80, 'k')] });
  t.same(keys('short').complaints, ['bad_value session_ticket_keys.keys[0]: a session ticket key has 80 bytes, not 5']);
  t.end();
});

t.test('what is not supported is refused by name', (t) => {
  const value = { privateKeyProvider: { providerName: 'qat' }, pkcs12: inline('x') };
  t.match(compile({ case: 'tlsCertificate', value }).complaints, [/pkcs12/, /private_key_provider/]);
  t.match(compile({ case: 'genericSecret', value: {} }).complaints, [/generic_secret is no certificate/]);
  t.match(compile(undefined).complaints, [/missing/]);
  t.end();
});
