/** Names of subjects and issuers as one line (RFC 2253), spelled as OpenSSL's XN_FLAG_RFC2253 and so Envoy spells them. */
import { type DerReader, OID, oidText, SEQUENCE, SET, type Value } from './der.ts';

/** Short names of OpenSSL for attributes that occur in certificates. */
const SHORT_NAMES: { readonly [oid: string]: string } = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'street',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '2.5.4.13': 'description',
  '2.5.4.15': 'businessCategory',
  '2.5.4.17': 'postalCode',
  '2.5.4.41': 'name',
  '2.5.4.42': 'GN',
  '2.5.4.43': 'initials',
  '2.5.4.44': 'generationQualifier',
  '2.5.4.45': 'x500UniqueIdentifier',
  '2.5.4.46': 'dnQualifier',
  '2.5.4.65': 'pseudonym',
  '2.5.4.97': 'organizationIdentifier',
  '1.2.840.113549.1.9.1': 'emailAddress',
  '1.2.840.113549.1.9.2': 'unstructuredName',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
};

const UTF8_STRING = 0x0c;
const BMP_STRING = 0x1e;
const UNIVERSAL_STRING = 0x1c;
/** Numeric, printable, Teletex, IA5, visible. */
const BYTE_STRINGS: ReadonlySet<number> = new Set([0x12, 0x13, 0x14, 0x16, 0x1a]);

/** The last part first, multi-valued parts joined by `+`; '' for an empty name. */
export function nameText(reader: DerReader, name: Value): string {
  const parts: string[] = [];
  const sequence = reader.inside(name);
  for (let set = sequence.next(); set !== null; set = sequence.next()) {
    if (set.tag !== SET) continue;
    const attributes: string[] = [];
    const members = sequence.inside(set);
    for (let member = members.next(); member !== null; member = members.next()) {
      if (member.tag === SEQUENCE) attributes.push(attributeText(members, member));
    }
    parts.unshift(attributes.join('+'));
  }
  return parts.join(',');
}

function attributeText(reader: DerReader, attribute: Value): string {
  const inner = reader.inside(attribute);
  const type = inner.expect(OID);
  const value = inner.next();
  if (type === null || value === null) return '';
  const oid = oidText(inner.content(type));
  const short = SHORT_NAMES[oid];
  const text = short === undefined ? null : utf8Of(inner, value);
  if (text !== null) return `${short}=${escapeBytes(text)}`;
  // What has no name or is no text is dumped with its tag and length.
  return `${short ?? oid}=#${reader.bytes.subarray(value.from, value.end).toString('hex').toUpperCase()}`;
}

/** The text as UTF-8, null for values that are none. */
function utf8Of(reader: DerReader, value: Value): Buffer | null {
  const content = reader.content(value);
  if (value.tag === UTF8_STRING) return content;
  if (BYTE_STRINGS.has(value.tag)) return Buffer.from(content.toString('latin1'), 'utf8');
  if (value.tag === BMP_STRING && content.length % 2 === 0) return Buffer.from(Buffer.from(content).swap16().toString('utf16le'), 'utf8');
  if (value.tag === UNIVERSAL_STRING && content.length % 4 === 0) {
    let text = '';
    for (let i = 0; i < content.length; i += 4) {
      const point = content.readUInt32BE(i);
      if (point > 0x10ffff) return null;
      text += String.fromCodePoint(point);
    }
    return Buffer.from(text, 'utf8');
  }
  return null;
}

const SPECIAL = ',+"\\<>;';

/** RFC 2253 §2.4; control characters and bytes beyond ASCII as `\xx`. */
function escapeBytes(bytes: Buffer): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    const char = String.fromCharCode(byte);
    const edge = (i === 0 && (char === ' ' || char === '#')) || (i === bytes.length - 1 && char === ' ');
    if (byte < 0x20 || byte >= 0x7f) text += `\\${byte.toString(16).padStart(2, '0').toUpperCase()}`;
    else if (edge || SPECIAL.includes(char)) text += `\\${char}`;
    else text += char;
  }
  return text;
}
