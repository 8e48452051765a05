/**
 * A root and a certificate for each name, with its SPIFFE id, as an agent would get them: `node certificates.mjs FOLDER NAME …`. For a
 * demonstration on one machine, good for a day.
 */
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import forge from 'node-forge';

const [folder, ...names] = process.argv.slice(2);
const root = newKey();
const rootName = [{ name: 'organizationName', value: 'two-pods' }];
write('root.pem', certify(root, rootName, [{ name: 'basicConstraints', cA: true, critical: true }]));

for (const name of names) {
  const key = newKey();
  write(`${name}.key`, key.pem);
  const id = `spiffe://cluster.local/ns/default/sa/${name}`;
  const extensions = [
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
    { name: 'subjectAltName', critical: true, altNames: [{ type: 6, value: id }] },
  ];
  write(`${name}.pem`, certify(key, [], extensions));
}

function newKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const forged = forge.pki.privateKeyFromPem(pem);
  return { pem, private: forged, public: forge.pki.setRsaPublicKey(forged.n, forged.e) };
}

function certify(key, subject, extensions) {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = key.public;
  certificate.serialNumber = `01${forge.util.bytesToHex(forge.random.getBytesSync(8))}`;
  certificate.validity.notBefore = new Date(Date.now() - 60_000);
  certificate.validity.notAfter = new Date(Date.now() + 86_400_000);
  certificate.setSubject(subject);
  certificate.setIssuer(rootName);
  certificate.setExtensions(extensions);
  certificate.sign(root.private, forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate);
}

function write(name, text) {
  writeFileSync(join(folder, name), text);
}
