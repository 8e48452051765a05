import { X509Certificate } from 'node:crypto';
import t from 'tap';
import { newAuthority } from '../../../test/support/certificates.ts';
import { Certificate, CertificateCache, certificatesOf, ipText } from './certificate.ts';

const root = newAuthority('root');

t.test('every kind of name is a value of its own', (t) => {
  const issued = root.issue({
    subject: { C: 'DE', ST: 'Berlin ', O: 'Acme, "Inc" <x>; #1 + \\ é', CN: '#x' },
    sans: [
      { kind: 'uri', value: 'spiffe://td/a, URI:spiffe://td/b' },
      { kind: 'uri', value: 'spiffe://td/"q"\0' },
      { kind: 'dns', value: 'a.example' },
      { kind: 'email', value: 'me@a' },
      { kind: 'ip', value: '10.0.0.1' },
      { kind: 'ip', value: Buffer.from('fe800000000000000001000000000001', 'hex') },
      { kind: 'other', value: 'upn', oid: '1.3.6.1.4.1.311.20.2.3' },
    ],
  });
  const certificate = new Certificate(issued.der);
  t.same(certificate.uriSans, ['spiffe://td/a, URI:spiffe://td/b', 'spiffe://td/"q"\0']);
  t.same(certificate.dnsSans, ['a.example']);
  t.same(certificate.emailSans, ['me@a']);
  t.same(certificate.ipSans, ['10.0.0.1', 'fe80::1:0:0:1']);
  t.same(certificate.otherNameSans, ['upn']);
  t.equal(certificate.sans.at(-1)?.oid, '1.3.6.1.4.1.311.20.2.3');
  t.equal(certificate.subject, 'CN=\\#x,O=Acme\\, \\"Inc\\" \\<x\\>\\; #1 \\+ \\\\ \\C3\\A9,ST=Berlin\\ ,C=DE');
  t.equal(certificate.issuer, 'O=root');
  t.equal(certificate.malformed, false);
  t.end();
});

t.test('it agrees with Node about the rest', (t) => {
  for (const key of ['ec', 'rsa'] as const) {
    const issued = root.issue({ subject: { CN: 'x' }, key });
    const ours = new Certificate(issued.der);
    const nodes = new X509Certificate(issued.der);
    t.equal(ours.serial, nodes.serialNumber.toLowerCase());
    t.equal(ours.sha256, nodes.fingerprint256.replaceAll(':', '').toLowerCase());
    t.equal(ours.sha1, nodes.fingerprint.replaceAll(':', '').toLowerCase());
    t.equal(ours.validFrom, new Date(nodes.validFrom).getTime());
    t.equal(ours.validTo, new Date(nodes.validTo).getTime());
    t.equal(ours.pem, nodes.toString());
    t.equal(ours.spkiSha256, issued.spkiSha256);
    t.equal(ours.isCa, false);
    t.equal(ours.keyUsage, 0x80);
    t.same(ours.extendedKeyUsage, ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    t.equal(ours.isEcdsa, key === 'ec');
    t.equal(ours.signatureAlgorithm, key === 'ec' ? 'ecdsa_secp256r1_sha256' : 'rsa_pss_rsae_sha256');
  }
  t.equal(new Certificate(root.der).isCa, true);
  t.end();
});

t.test('bytes that are no certificate are malformed, wherever they end', (t) => {
  const { der } = root.workload('spiffe://td/a');
  for (let length = 0; length < der.length; length++) t.equal(new Certificate(der.subarray(0, length)).malformed, true, `${length}`);
  t.end();
});

t.test('bundles hold several, and the cache forgets the oldest', (t) => {
  const a = root.workload('spiffe://td/a');
  const list = certificatesOf(`text\n${a.pem}more\n${root.pem}`);
  t.same(
    list.map(({ sha256 }) => sha256),
    [a.sha256, root.sha256],
  );
  const cache = new CertificateCache(1);
  const first = cache.of(a.der, true);
  t.equal(cache.of(Buffer.from(a.der), true), first);
  cache.of(root.der, false);
  t.equal(cache.of(a.der, true), first, 'what nobody has signed is not kept');
  cache.of(root.der, true);
  t.not(cache.of(a.der, true), first);
  const sans = Array.from({ length: 300 }, (_, i) => ({ kind: 'dns' as const, value: `name-${i}.example` }));
  const large = root.issue({ sans });
  t.not(cache.of(large.der, true), cache.of(large.der, true), 'nor what is large');
  t.end();
});

t.test('addresses are written as inet_ntop does', (t) => {
  const rows = [
    ['00000000000000000000000000000001', '::1'],
    ['00000000000000000000000000000000', '::'],
    ['20010db8000100000000000000000000', '2001:db8:1::'],
    ['00010002000300040005000600070008', '1:2:3:4:5:6:7:8'],
    ['00010000000300040005000600070008', '1:0:3:4:5:6:7:8'],
    ['7f000001', '127.0.0.1'],
    ['7f0000', ''],
  ];
  for (const [hex = '', text] of rows) t.equal(ipText(Buffer.from(hex, 'hex')), text);
  t.end();
});
