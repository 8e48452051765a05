/**
 * Certificates for tests: an authority and what it signs, ECDSA P-256 unless told otherwise, written in DER here so that odd ones
 * (no SAN, wrong usage, CA:true leaf) can be made and no program needs to be installed.
 *
 *     const ca = new Authority('root');
 *     const server = ca.issue({ cn: 'server', sans: ['URI:spiffe://td/ns/a/sa/b', 'DNS:a.test', 'IP:127.0.0.1'] });
 */
import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv6 } from 'node:net';

export interface IssuedCertificate {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** Common name; absent or '': an empty subject. */
  readonly cn?: string;
  /** `O` of the subject. */
  readonly organization?: string;
  /** `URI:`, `DNS:`, `IP:` or `email:` in front. */
  readonly sans?: readonly string[];
  readonly ca?: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly notBefore?: number;
  readonly notAfter?: number;
  readonly usages?: readonly ('serverAuth' | 'clientAuth' | 'codeSigning')[];
  readonly type?: 'ec' | 'rsa';
}

const DAY = 86_400_000;
const USAGES = { serverAuth: '1.3.6.1.5.5.7.3.1', clientAuth: '1.3.6.1.5.5.7.3.2', codeSigning: '1.3.6.1.5.5.7.3.3' };

export class Authority {
  readonly certificate: string;
  readonly key: string;
  readonly #name: Buffer;
  readonly #key: KeyObject;

  /** `parent`: makes an intermediate. */
  constructor(cn: string, parent: Authority | null = null) {
    const pair = newPair('ec');
    this.#name = nameOf({ cn });
    this.#key = pair.privateKey;
    this.key = pemOf(pair.privateKey);
    const signer = parent === null ? this.#key : parent.#key;
    this.certificate = make({ cn, ca: true }, pair.publicKey, parent === null ? this.#name : parent.#name, signer);
  }

  issue(options: CertificateOptions): IssuedCertificate {
    const pair = newPair(options.type ?? 'ec');
    return { certificate: make(options, pair.publicKey, this.#name, this.#key), key: pemOf(pair.privateKey) };
  }

  /** PEM of a list that revokes those serial numbers (hex). */
  revoke(serials: readonly string[]): string {
    const now = Date.now();
    const revoked = serials.map((serial) => seq(integer(Buffer.from(serial, 'hex')), time(now - DAY)));
    const body = seq(integer(Buffer.of(1)), ECDSA_SHA256, this.#name, time(now - DAY), time(now + 365 * DAY), seq(...revoked));
    return pem('X509 CRL', seq(body, ECDSA_SHA256, bits(sign('sha256', body, this.#key))));
  }
}

function newPair(type: 'ec' | 'rsa'): { publicKey: KeyObject; privateKey: KeyObject } {
  return type === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('rsa', { modulusLength: 2048 });
}

function pemOf(key: KeyObject): string {
  return createPrivateKey(key.export({ type: 'pkcs8', format: 'pem' }))
    .export({ type: 'pkcs8', format: 'pem' })
    .toString();
}

function make(options: CertificateOptions, publicKey: KeyObject, issuer: Buffer, signer: KeyObject): string {
  const now = Date.now();
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const extensions: Buffer[] = [];
  const extension = (oid: string, critical: boolean, value: Buffer): void => {
    extensions.push(seq(objectId(oid), ...(critical ? [der(0x01, Buffer.of(0xff))] : []), der(0x04, value)));
  };
  extension('2.5.29.19', true, seq(...(options.ca === true ? [der(0x01, Buffer.of(0xff))] : [])));
  extension('2.5.29.14', false, der(0x04, createHash('sha1').update(spki).digest()));
  if (options.ca === true) extension('2.5.29.15', true, der(0x03, Buffer.of(1, 0x06)));
  else {
    extension('2.5.29.15', true, der(0x03, Buffer.of(5, 0xa0)));
    const usages = options.usages ?? ['serverAuth', 'clientAuth'];
    if (usages.length > 0) extension('2.5.29.37', false, seq(...usages.map((usage) => objectId(USAGES[usage]))));
  }
  const { sans = [] } = options;
  if (sans.length > 0) extension('2.5.29.17', false, seq(...sans.map(generalName)));
  const serial = randomBytes(8);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x01;
  const body = seq(
    der(0xa0, integer(Buffer.of(2))),
    integer(serial),
    ECDSA_SHA256,
    issuer,
    seq(time(options.notBefore ?? now - DAY), time(options.notAfter ?? now + 365 * DAY)),
    nameOf(options),
    spki,
    der(0xa3, seq(...extensions)),
  );
  return pem('CERTIFICATE', seq(body, ECDSA_SHA256, bits(sign('sha256', body, signer))));
}

function nameOf({ cn = '', organization = '' }: CertificateOptions): Buffer {
  const part = (oid: string, value: string): Buffer[] =>
    value === '' ? [] : [der(0x31, seq(objectId(oid), der(0x0c, Buffer.from(value))))];
  return seq(...part('2.5.4.10', organization), ...part('2.5.4.3', cn));
}

function generalName(text: string): Buffer {
  const [, kind = '', value = ''] = /^(\w+):([\s\S]*)$/.exec(text) ?? [];
  switch (kind) {
    case 'email':
      return der(0x81, Buffer.from(value));
    case 'DNS':
      return der(0x82, Buffer.from(value));
    case 'URI':
      return der(0x86, Buffer.from(value));
    case 'IP':
      return der(0x87, ipBytes(value));
    default:
      throw new Error(`no such kind of SAN: ${text}`);
  }
}

function ipBytes(ip: string): Buffer {
  if (!isIPv6(ip)) return Buffer.from(ip.split('.').map(Number));
  const [head = '', tail] = ip.split('::');
  const groups = (part: string): number[] => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const all = [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

function seq(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function bits(content: Buffer): Buffer {
  return der(0x03, Buffer.concat([Buffer.of(0), content]));
}

function integer(bytes: Buffer): Buffer {
  return der(0x02, ((bytes[0] ?? 0) & 0x80) === 0 ? bytes : Buffer.concat([Buffer.of(0), bytes]));
}

function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '');
  return new Date(ms).getUTCFullYear() < 2050 ? der(0x17, Buffer.from(text.slice(2))) : der(0x18, Buffer.from(text));
}

function objectId(text: string): Buffer {
  const [a = 0, b = 0, ...rest] = text.split('.').map(Number);
  const bytes = [a * 40 + b];
  for (const part of rest) {
    const groups = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(0x06, Buffer.from(bytes));
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

const ECDSA_SHA256 = seq(objectId('1.2.840.10045.4.3.2'));
