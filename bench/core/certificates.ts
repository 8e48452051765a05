/** An authority and two sides, ECDSA P-256 as a mesh has them: made by the openssl command for the run that needs them. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Side = 'server' | 'client';

/** What the files of a side are called, for configurations. */
export function filesOf(folder: string, side: Side): { readonly certificate: string; readonly key: string; readonly authority: string } {
  return { certificate: join(folder, `${side}.pem`), key: join(folder, `${side}.key`), authority: join(folder, 'ca.pem') };
}

/** The same read, for node:tls. */
export function sideOf(folder: string, side: Side): { cert: Buffer; key: Buffer; ca: Buffer } {
  const files = filesOf(folder, side);
  return { cert: readFileSync(files.certificate), key: readFileSync(files.key), ca: readFileSync(files.authority) };
}

export const SPIFFE = {
  server: 'spiffe://cluster.local/ns/default/sa/reviews',
  client: 'spiffe://cluster.local/ns/default/sa/web',
} as const;

/** Makes what is not there yet. Throws when there is no openssl command. */
export function makeCertificates(folder: string): string {
  mkdirSync(folder, { recursive: true });
  if (existsSync(filesOf(folder, 'client').certificate)) return folder;
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const key = (name: string) => openssl('ecparam', '-genkey', '-name', 'prime256v1', '-noout', '-out', name);
  try {
    key('ca.key');
  } catch (error) {
    throw new Error(`certificates are made by the openssl command: ${error instanceof Error ? error.message : String(error)}`);
  }
  openssl('req', '-x509', '-new', '-key', 'ca.key', '-days', '30', '-subj', '/O=bench', '-out', 'ca.pem');
  for (const side of ['server', 'client'] as const) {
    key(`${side}.key`);
    openssl('req', '-new', '-key', `${side}.key`, '-subj', '/', '-out', `${side}.csr`);
    writeFileSync(
      join(folder, `${side}.ext`),
      `subjectAltName=critical,URI:${SPIFFE[side]}\nextendedKeyUsage=serverAuth,clientAuth\nkeyUsage=critical,digitalSignature\nbasicConstraints=critical,CA:FALSE\n`,
    );
    const issued = [
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-days',
      '30',
      '-extfile',
      `${side}.ext`,
      '-out',
      `${side}.pem`,
    ];
    openssl('x509', '-req', '-in', `${side}.csr`, ...issued);
  }
  return folder;
}
