/**
 * Whether PEM texts are what a TLS context can be made of, asked before a secret replaces the one that works. Envoy answers the
 * same when it loads them (`ContextImpl`).
 */
import type { KeyObject, X509Certificate } from 'node:crypto';

/** Loaded when there is something to check: a proxy without TLS does without. */
const crypto = (): typeof import('node:crypto') => process.getBuiltinModule('node:crypto');

const BLOCK = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;
const CURVES = new Set(['prime256v1', 'secp384r1', 'secp521r1']);
const MIN_RSA_BITS = 2048;

/** The certificates of a PEM text, in order. @throws for a block that is no certificate */
export function certificatesIn(pem: string): X509Certificate[] {
  const { X509Certificate } = crypto();
  return (pem.match(BLOCK) ?? []).map((block) => new X509Certificate(block));
}

/** What is wrong with a chain, '' when nothing is. */
export function faultOfChain(pem: string): string {
  const [leaf] = attempt(() => certificatesIn(pem)) ?? [];
  if (leaf === undefined) return 'it holds no certificate';
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = leaf.publicKey;
  if (type === 'rsa' && (details?.modulusLength ?? 0) < MIN_RSA_BITS) return `RSA keys need ${MIN_RSA_BITS} bits or more`;
  if (type === 'ec' && !CURVES.has(details?.namedCurve ?? '')) return 'only the curves P-256, P-384 and P-521 are supported';
  return '';
}

/** What is wrong with a key for that chain, '' when nothing is. */
export function faultOfKey(chain: string, pem: string): string {
  const key = attempt(() => crypto().createPrivateKey(pem));
  if (key === undefined) return 'it holds no private key, or an encrypted one';
  const [leaf] = attempt(() => certificatesIn(chain)) ?? [];
  return leaf === undefined || leaf.checkPrivateKey(key) ? '' : 'the certificate belongs to another key';
}

/** An encrypted key in plain PEM; '' when the password does not open it. */
export function decryptKey(pem: string, passphrase: string): string {
  const key: KeyObject | undefined = attempt(() => crypto().createPrivateKey({ key: pem, passphrase }));
  return key === undefined ? '' : key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** What is wrong with a bundle of roots, '' when nothing is. */
export function faultOfRoots(pem: string): string {
  const roots = attempt(() => certificatesIn(pem));
  if (roots === undefined) return 'it holds something that is no certificate';
  return roots.length === 0 ? 'it holds no certificate' : '';
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
