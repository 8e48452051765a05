/** Certificates made in the test (RFC 5280), also such as no authority would issue. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface SanSpec {
  readonly kind: 'uri' | 'dns' | 'email' | 'ip' | 'other';
  /** For `ip` dotted or the raw bytes. */
  readonly value: string | Buffer;
  /** `other` only. */
  readonly oid?: string;
}

export interface CertificateSpec {
  /** Attributes in order: `{ CN: 'a' }`; empty by default. */
  readonly subject?: Readonly<Partial<Record<'C' | 'ST' | 'L' | 'O' | 'OU' | 'CN', string>>>;
  readonly sans?: readonly SanSpec[];
  readonly ca?: boolean;
  /** First byte of keyUsage; null: no such extension. */
  readonly keyUsage?: number | null;
  readonly extendedKeyUsage?: readonly string[] | null;
  readonly validFrom?: Date;
  readonly validTo?: Date;
  readonly key?: 'ec' | 'rsa';
  /** Share a key with another certificate. */
  readonly keyPair?: KeyPair;
}

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
export const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const DIGITAL_SIGNATURE = 0x80;
const CERT_AND_CRL_SIGN = 0x06;
const DAY = 86_400_000;

export class IssuedCertificate {
  readonly der: Buffer;
  readonly keys: KeyPair;
  /** This certificate and, unless the issuer is a root, those above it. */
  readonly chain: string;
  readonly pem: string;
  readonly keyPem: string;
  private readonly name: Buffer;

  constructor(spec: CertificateSpec, issuer: IssuedCertificate | null) {
    this.keys = spec.keyPair ?? newKeys(spec.key ?? 'ec');
    this.name = nameOf(spec.subject ?? {});
    this.der = encodeCertificate(spec, this.keys, this.name, issuer === null ? this.name : issuer.name, issuer?.keys ?? this.keys);
    this.pem = pemOf('CERTIFICATE', this.der);
    this.keyPem = this.keys.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
    this.chain = issuer === null || issuer.isRoot ? this.pem : this.pem + issuer.chain;
    this.isRoot = issuer === null;
  }

  readonly isRoot: boolean;

  issue(spec: CertificateSpec): IssuedCertificate {
    return new IssuedCertificate(spec, this);
  }

  /** A workload's certificate with a SPIFFE id. */
  workload(id: string, spec: CertificateSpec = {}): IssuedCertificate {
    return this.issue({ sans: [{ kind: 'uri', value: id }], ...spec });
  }

  /** PEM of a list that revokes `revoked`. */
  revoke(revoked: readonly IssuedCertificate[]): string {
    return encodeRevocations(revoked, this.name, this.keys);
  }

  get serial(): Buffer {
    return serialOf(this.der);
  }

  get sha256(): string {
    return createHash('sha256').update(this.der).digest('hex');
  }

  get spkiSha256(): string {
    return createHash('sha256')
      .update(this.keys.publicKey.export({ format: 'der', type: 'spki' }))
      .digest('base64');
  }
}

export function newAuthority(name: string, spec: CertificateSpec = {}): IssuedCertificate {
  return new IssuedCertificate({ subject: { O: name }, ca: true, ...spec }, null);
}

/** An authority under another. */
export function newIntermediate(root: IssuedCertificate, name: string): IssuedCertificate {
  return root.issue({ subject: { O: name }, ca: true });
}

export function newKeys(kind: 'ec' | 'rsa'): KeyPair {
  return kind === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' }) : generateKeyPairSync('rsa', { modulusLength: 2048 });
}

// ── DER ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => tlv(0x30, ...parts);
const octets = (content: Buffer): Buffer => tlv(0x04, content);
const bits = (content: Buffer, unused = 0): Buffer => tlv(0x03, Buffer.from([unused]), content);
const boolean = (value: boolean): Buffer => tlv(0x01, Buffer.from([value ? 0xff : 0]));

export function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const digits = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) digits.unshift((left & 0x7f) | 0x80);
    bytes.push(...digits);
  }
  return tlv(0x06, Buffer.from(bytes));
}

const ATTRIBUTES = { C: '2.5.4.6', ST: '2.5.4.8', L: '2.5.4.7', O: '2.5.4.10', OU: '2.5.4.11', CN: '2.5.4.3' } as const;

function nameOf(subject: NonNullable<CertificateSpec['subject']>): Buffer {
  const parts = Object.entries(subject).map(([type, value]) =>
    tlv(0x31, sequence(oid(ATTRIBUTES[type as keyof typeof ATTRIBUTES]), tlv(0x0c, Buffer.from(value, 'utf8')))),
  );
  return sequence(...parts);
}

function time(date: Date): Buffer {
  const text = date.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return tlv(0x18, Buffer.from(`${text}Z`, 'latin1'));
}

const SAN_TAGS = { other: 0xa0, email: 0x81, dns: 0x82, uri: 0x86, ip: 0x87 } as const;

function sanOf({ kind, value, oid: type }: SanSpec): Buffer {
  if (kind === 'other') return tlv(SAN_TAGS.other, oid(type ?? '1.2.3'), tlv(0xa0, tlv(0x0c, Buffer.from(value))));
  if (kind === 'ip' && typeof value === 'string') return tlv(SAN_TAGS.ip, Buffer.from(value.split('.').map(Number)));
  return tlv(SAN_TAGS[kind], typeof value === 'string' ? Buffer.from(value, 'latin1') : value);
}

function extension(type: string, critical: boolean, value: Buffer): Buffer {
  return critical ? sequence(oid(type), boolean(true), octets(value)) : sequence(oid(type), octets(value));
}

function algorithm(key: KeyObject): Buffer {
  if (key.asymmetricKeyType === 'rsa') return sequence(oid('1.2.840.113549.1.1.11'), tlv(0x05));
  return sequence(oid('1.2.840.10045.4.3.2'));
}

function encodeCertificate(spec: CertificateSpec, keys: KeyPair, subject: Buffer, issuer: Buffer, issuerKeys: KeyPair): Buffer {
  const ca = spec.ca ?? false;
  const usage = spec.keyUsage === undefined ? (ca ? CERT_AND_CRL_SIGN : DIGITAL_SIGNATURE) : spec.keyUsage;
  const uses = spec.extendedKeyUsage === undefined ? (ca ? null : [SERVER_AUTH, CLIENT_AUTH]) : spec.extendedKeyUsage;
  const keyId = createHash('sha1')
    .update(keys.publicKey.export({ format: 'der', type: 'spki' }))
    .digest();
  const extensions = [
    extension('2.5.29.19', true, ca ? sequence(boolean(true)) : sequence()),
    extension('2.5.29.14', false, octets(keyId)),
  ];
  if (usage !== null) extensions.push(extension('2.5.29.15', true, bits(Buffer.from([usage]))));
  if (uses !== null) extensions.push(extension('2.5.29.37', false, sequence(...uses.map(oid))));
  const sans = spec.sans ?? [];
  if (sans.length > 0) extensions.push(extension('2.5.29.17', false, sequence(...sans.map(sanOf))));
  const serial = randomBytes(16);
  serial[0] = ((serial[0] as number) & 0x7f) | 0x40;
  const now = Date.now();
  const tbs = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, serial),
    algorithm(issuerKeys.privateKey),
    issuer,
    sequence(time(spec.validFrom ?? new Date(now - DAY)), time(spec.validTo ?? new Date(now + 365 * DAY))),
    subject,
    keys.publicKey.export({ format: 'der', type: 'spki' }),
    tlv(0xa3, sequence(...extensions)),
  );
  return signed(tbs, issuerKeys);
}

function signed(tbs: Buffer, keys: KeyPair): Buffer {
  return sequence(tbs, algorithm(keys.privateKey), bits(sign('sha256', tbs, keys.privateKey)));
}

/** serialNumber stands behind the version, which stands at a known place. */
function serialOf(der: Buffer): Buffer {
  const at = der.indexOf(Buffer.from([0xa0, 0x03, 0x02, 0x01, 0x02])) + 5;
  return der.subarray(at + 2, at + 2 + (der[at + 1] as number));
}

function encodeRevocations(revoked: readonly IssuedCertificate[], issuer: Buffer, keys: KeyPair): string {
  const now = Date.now();
  const entries = revoked.map((certificate) => sequence(tlv(0x02, certificate.serial), time(new Date(now - 1000))));
  const tbs = sequence(
    tlv(0x02, Buffer.from([1])),
    algorithm(keys.privateKey),
    issuer,
    time(new Date(now - DAY)),
    time(new Date(now + DAY)),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
  );
  return pemOf('X509 CRL', signed(tbs, keys));
}

function pemOf(label: string, der: Buffer): string {
  return `-----BEGIN ${label}-----\n${(der.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END ${label}-----\n`;
}
