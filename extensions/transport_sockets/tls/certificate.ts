/**
 * What a certificate says (RFC 5280), read from its DER. Node's `subjectAltName` is one string with names in it that an attacker
 * may choose; here every name is a value of its own, and one with a NUL in it stays recognisable.
 */
import type { TlsSide } from '../../../src/telemetry/stream-info.ts';
import { BIT_STRING, BOOLEAN, DerReader, INTEGER, OCTET_STRING, OID, oidText, SEQUENCE, type Value } from './der.ts';
import { nameText } from './distinguished-name.ts';

/** Kinds of GeneralName by their tag (RFC 5280 §4.2.1.6). */
export const SAN_OTHER = 0 as const;
export const SAN_EMAIL = 1 as const;
export const SAN_DNS = 2 as const;
export const SAN_URI = 6 as const;
export const SAN_IP = 7 as const;

export interface San {
  readonly kind: number;
  /** Latin1 of the value; IP addresses and other names in their text form. */
  readonly text: string;
  /** `otherName` only: its type. */
  readonly oid: string;
}

const KEY_USAGE = '2.5.29.15';
const SUBJECT_ALT_NAME = '2.5.29.17';
const BASIC_CONSTRAINTS = '2.5.29.19';
const EXTENDED_KEY_USAGE = '2.5.29.37';

const VERSION = 0xa0;
const EXTENSIONS = 0xa3;
const UTC_TIME = 0x17;

/** keyUsage bits (RFC 5280 §4.2.1.3), most significant first. */
export const USE_DIGITAL_SIGNATURE = 0x80;
export const USE_CERT_SIGN = 0x04;
export const USE_CRL_SIGN = 0x02;

export class Certificate implements TlsSide {
  readonly der: Buffer;
  readonly serial: string;
  readonly issuer: string;
  readonly subject: string;
  readonly validFrom: number;
  readonly validTo: number;
  readonly sans: readonly San[];
  readonly uriSans: readonly string[];
  readonly dnsSans: readonly string[];
  readonly emailSans: readonly string[];
  readonly ipSans: readonly string[];
  readonly otherNameSans: readonly string[];
  /** OIDs of the extensions, in order. */
  readonly oids: readonly string[];
  readonly isCa: boolean;
  /** First byte of keyUsage, -1 when there is none. */
  readonly keyUsage: number;
  readonly extendedKeyUsage: readonly string[];
  /** Something in it cannot be read: SANs and the rest may be missing. */
  readonly malformed: boolean;
  /** Lower-case hex SHA-256 of the DER. */
  readonly sha256: string;
  /** `ecdsa_secp256r1_sha256` …: what a peer with this key signs a TLS handshake with; '' for other keys. */
  readonly signatureAlgorithm: string;
  readonly isEcdsa: boolean;
  private readonly spkiFrom: number;
  private readonly spkiEnd: number;
  private sha1Text: string;
  private pemText: string;

  constructor(der: Buffer) {
    this.der = der;
    this.sha256 = hashOf('sha256', der, 'hex');
    this.sha1Text = '';
    this.pemText = '';
    const outer = new DerReader(der);
    const whole = outer.inside(outer.expect(SEQUENCE));
    const tbs = whole.inside(whole.expect(SEQUENCE));
    tbs.take(VERSION);
    const serial = tbs.expect(INTEGER);
    this.serial = serial === null ? '' : serialText(tbs.content(serial));
    tbs.expect(SEQUENCE);
    const issuer = tbs.expect(SEQUENCE);
    const validity = tbs.inside(tbs.expect(SEQUENCE));
    this.validFrom = timeOf(validity);
    this.validTo = timeOf(validity);
    const subject = tbs.expect(SEQUENCE);
    this.issuer = issuer === null ? '' : nameText(tbs, issuer);
    this.subject = subject === null ? '' : nameText(tbs, subject);
    const spki = tbs.expect(SEQUENCE);
    this.spkiFrom = spki?.from ?? 0;
    this.spkiEnd = spki?.end ?? 0;
    const key = spki === null ? '' : keyType(tbs, spki);
    this.isEcdsa = key.startsWith('ecdsa');
    this.signatureAlgorithm = key;

    const found = { sans: [] as San[], oids: [] as string[], isCa: false, keyUsage: -1, uses: [] as string[], bad: false };
    while (!tbs.bad) {
      const field = tbs.next();
      if (field === null) break;
      if (field.tag === EXTENSIONS) readExtensions(tbs, field, found);
    }
    this.sans = found.sans;
    this.oids = found.oids;
    this.isCa = found.isCa;
    this.keyUsage = found.keyUsage;
    this.extendedKeyUsage = found.uses;
    this.malformed = found.bad || tbs.bad || validity.bad || spki === null;
    const textsOf = (kind: number): string[] => found.sans.filter((san) => san.kind === kind).map((san) => san.text);
    this.uriSans = textsOf(SAN_URI);
    this.dnsSans = textsOf(SAN_DNS);
    this.emailSans = textsOf(SAN_EMAIL);
    this.ipSans = textsOf(SAN_IP);
    this.otherNameSans = textsOf(SAN_OTHER);
  }

  /** Lower-case hex SHA-1 of the DER. */
  get sha1(): string {
    if (this.sha1Text === '') this.sha1Text = hashOf('sha1', this.der, 'hex');
    return this.sha1Text;
  }

  get pem(): string {
    if (this.pemText === '') {
      const lines = this.der.toString('base64').match(/.{1,64}/g) ?? [];
      this.pemText = `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
    }
    return this.pemText;
  }

  /** Base64 of the SHA-256 of the SubjectPublicKeyInfo (RFC 7469 §2.4). */
  get spkiSha256(): string {
    return hashOf('sha256', this.der.subarray(this.spkiFrom, this.spkiEnd), 'base64');
  }
}

/** Node's crypto is loaded with the first certificate: a proxy without TLS does without. */
function hashOf(algorithm: 'sha1' | 'sha256', data: Buffer, form: 'hex' | 'base64'): string {
  return process.getBuiltinModule('node:crypto').hash(algorithm, data, form);
}

interface Found {
  sans: San[];
  oids: string[];
  isCa: boolean;
  keyUsage: number;
  uses: string[];
  bad: boolean;
}

function readExtensions(reader: DerReader, field: Value, found: Found): void {
  const outer = reader.inside(field);
  const list = outer.inside(outer.expect(SEQUENCE));
  for (let extension = list.next(); extension !== null; extension = list.next()) {
    const inner = list.inside(extension);
    const type = inner.expect(OID);
    inner.take(BOOLEAN);
    const value = inner.expect(OCTET_STRING);
    if (type === null || value === null) {
      found.bad = true;
      return;
    }
    const oid = oidText(inner.content(type));
    found.oids.push(oid);
    readExtension(oid, inner.inside(value), found);
  }
  if (list.bad) found.bad = true;
}

function readExtension(oid: string, value: DerReader, found: Found): void {
  if (oid === SUBJECT_ALT_NAME) {
    const names = value.inside(value.expect(SEQUENCE));
    for (let name = names.next(); name !== null; name = names.next()) found.sans.push(sanOf(names, name));
    if (names.bad) found.bad = true;
  } else if (oid === BASIC_CONSTRAINTS) {
    const fields = value.inside(value.expect(SEQUENCE));
    const ca = fields.take(BOOLEAN);
    found.isCa = ca !== null && fields.bytes[ca.start] !== 0;
    if (fields.bad) found.bad = true;
  } else if (oid === KEY_USAGE) {
    const bits = value.expect(BIT_STRING);
    found.keyUsage = bits === null || bits.end - bits.start < 2 ? 0 : (value.bytes[bits.start + 1] as number);
  } else if (oid === EXTENDED_KEY_USAGE) {
    const uses = value.inside(value.expect(SEQUENCE));
    for (let use = uses.next(); use !== null; use = uses.next()) found.uses.push(oidText(uses.content(use)));
    if (uses.bad) found.bad = true;
  }
}

function sanOf(reader: DerReader, name: Value): San {
  const kind = name.tag & 0x1f;
  const content = reader.content(name);
  if (kind === SAN_IP) return { kind, text: ipText(content), oid: '' };
  if (kind !== SAN_OTHER) return { kind, text: content.latin1Slice(), oid: '' };
  const inner = reader.inside(name);
  const type = inner.expect(OID);
  const wrapped = inner.inside(inner.next());
  const value = wrapped.next();
  return {
    kind,
    text: value === null ? '' : wrapped.content(value).latin1Slice(),
    oid: type === null ? '' : oidText(inner.content(type)),
  };
}

/** As inet_ntop writes it. */
export function ipText(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) return '';
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(bytes.readUInt16BE(i));
  // The longest run of zeros becomes `::` (RFC 5952 §4.2).
  let bestAt = -1;
  let best = 1;
  for (let i = 0; i < 8; i++) {
    let run = 0;
    while (i + run < 8 && groups[i + run] === 0) run++;
    if (run > best) {
      best = run;
      bestAt = i;
    }
  }
  const hex = groups.map((group) => group.toString(16));
  if (bestAt < 0) return hex.join(':');
  return `${hex.slice(0, bestAt).join(':')}::${hex.slice(bestAt + best).join(':')}`;
}

function serialText(content: Buffer): string {
  const hex = content.toString('hex').replace(/^(00)+(?=.)/, '');
  return hex;
}

/** UTCTime or GeneralizedTime (RFC 5280 §4.1.2.5) in milliseconds since 1970, NaN for anything else. */
function timeOf(reader: DerReader): number {
  const value = reader.next();
  if (value === null) return Number.NaN;
  let text = reader.content(value).latin1Slice();
  if (value.tag === UTC_TIME) text = (Number(text.slice(0, 2)) < 50 ? '20' : '19') + text;
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (parts === null) return Number.NaN;
  const [, year, month, day, hour, minute, second] = parts.map(Number) as [number, number, number, number, number, number, number];
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const EC_KEY = '1.2.840.10045.2.1';
/** RFC 8446 §4.2.3: the signature algorithm is bound to the curve. */
const EC_CURVES: { readonly [oid: string]: string } = {
  '1.2.840.10045.3.1.7': 'ecdsa_secp256r1_sha256',
  '1.3.132.0.34': 'ecdsa_secp384r1_sha384',
  '1.3.132.0.35': 'ecdsa_secp521r1_sha512',
};
const KEYS: { readonly [oid: string]: string } = {
  '1.2.840.113549.1.1.1': 'rsa_pss_rsae_sha256',
  '1.2.840.113549.1.1.10': 'rsa_pss_pss_sha256',
  '1.3.101.112': 'ed25519',
  '1.3.101.113': 'ed448',
};

function keyType(reader: DerReader, spki: Value): string {
  const fields = reader.inside(spki);
  const algorithm = fields.inside(fields.expect(SEQUENCE));
  const type = algorithm.expect(OID);
  if (type === null) return '';
  const oid = oidText(algorithm.content(type));
  if (oid !== EC_KEY) return KEYS[oid] ?? '';
  const curve = algorithm.take(OID);
  return (curve === null ? undefined : EC_CURVES[oidText(algorithm.content(curve))]) ?? 'ecdsa';
}

/** Longer certificates are read each time. Workloads' have 600 to 1,500 bytes. */
const KEPT_BYTES = 4096;

/** Parsed certificates by their DER, so that a peer that comes back costs a lookup. Bounded: the oldest go first. */
export class CertificateCache {
  private readonly limit: number;
  private readonly known: Map<string, Certificate>;

  constructor(limit = 256) {
    this.limit = limit;
    this.known = new Map();
  }

  /** `keep` only what a trusted authority has signed: anybody can show certificates. */
  of(der: Buffer, keep: boolean): Certificate {
    const key = der.latin1Slice();
    let certificate = this.known.get(key);
    if (certificate !== undefined) return certificate;
    certificate = new Certificate(Buffer.from(der));
    if (!keep || der.length > KEPT_BYTES) return certificate;
    if (this.known.size >= this.limit) this.known.delete(this.known.keys().next().value as string);
    this.known.set(key, certificate);
    return certificate;
  }
}

const PEM_BLOCK = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

/** The certificates of a PEM bundle, in order. */
export function certificatesOf(pem: string): Certificate[] {
  const list: Certificate[] = [];
  for (const [, base64] of pem.matchAll(PEM_BLOCK)) list.push(new Certificate(Buffer.from(base64 as string, 'base64')));
  return list;
}
