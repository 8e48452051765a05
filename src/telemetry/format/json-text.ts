/** JSON as Envoy's access logs write it, from and to byte strings. */
import { formatChars } from '../number-text.ts';
import type { MetadataValue } from '../stream-info.ts';
import { toBytes } from './byte-text.ts';

const PLAIN = /^[ !#-[\]-~]*$/;
const ESCAPED = /[\0-\x1f"\\\x7f-\xff]/g;
const NOT_ASCII = /[\x80-\xff]/;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * A byte string in quotes. Valid UTF-8 is escaped as JSON demands; where it is none, every byte that is not plain ASCII becomes
 * `\u00XX` (Envoy `source/common/json/json_sanitizer.cc`).
 */
export function jsonString(bytes: string): string {
  if (PLAIN.test(bytes)) return `"${bytes}"`;
  if (!NOT_ASCII.test(bytes) || isUtf8(bytes)) return JSON.stringify(bytes);
  return `"${bytes.replace(ESCAPED, escapeChar)}"`;
}

/** What stands between the quotes of a literal string of the configuration. */
export function jsonLiteral(text: string): string {
  return toBytes(JSON.stringify(text).slice(1, -1));
}

/** Keys in byte order, no spaces: how a Struct is logged. */
export function metadataJson(value: MetadataValue): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return `"${jsonLiteral(value)}"`;
  if (typeof value === 'number') return Number.isFinite(value) ? formatChars(value) : 'null';
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map(metadataJson).join(',')}]`;
  const fields = Object.keys(value).sort(byBytes);
  return `{${fields.map((key) => `"${jsonLiteral(key)}":${metadataJson(value[key] ?? null)}`).join(',')}}`;
}

/** Order of the UTF-8 forms. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function escapeChar(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function isUtf8(bytes: string): boolean {
  try {
    UTF8.decode(Buffer.from(bytes, 'latin1'));
    return true;
  } catch {
    return false;
  }
}
