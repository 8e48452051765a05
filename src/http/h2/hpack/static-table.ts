import { constantField } from '../../field-pool.ts';
import { AUTHORITY, METHOD, PATH, pinName, SCHEME, STATUS } from '../../header-name.ts';
import { Field } from '../../headers.ts';

/** RFC 7541 appendix A, from index 1: names, and values where the entry has one. */
const ENTRIES: readonly (readonly [string, string])[] = [
  [':authority', ''],
  [':method', 'GET'],
  [':method', 'POST'],
  [':path', '/'],
  [':path', '/index.html'],
  [':scheme', 'http'],
  [':scheme', 'https'],
  [':status', '200'],
  [':status', '204'],
  [':status', '206'],
  [':status', '304'],
  [':status', '400'],
  [':status', '404'],
  [':status', '500'],
  ['accept-charset', ''],
  ['accept-encoding', 'gzip, deflate'],
  ['accept-language', ''],
  ['accept-ranges', ''],
  ['accept', ''],
  ['access-control-allow-origin', ''],
  ['age', ''],
  ['allow', ''],
  ['authorization', ''],
  ['cache-control', ''],
  ['content-disposition', ''],
  ['content-encoding', ''],
  ['content-language', ''],
  ['content-length', ''],
  ['content-location', ''],
  ['content-range', ''],
  ['content-type', ''],
  ['cookie', ''],
  ['date', ''],
  ['etag', ''],
  ['expect', ''],
  ['expires', ''],
  ['from', ''],
  ['host', ''],
  ['if-match', ''],
  ['if-modified-since', ''],
  ['if-none-match', ''],
  ['if-range', ''],
  ['if-unmodified-since', ''],
  ['last-modified', ''],
  ['link', ''],
  ['location', ''],
  ['max-forwards', ''],
  ['proxy-authenticate', ''],
  ['proxy-authorization', ''],
  ['range', ''],
  ['referer', ''],
  ['refresh', ''],
  ['retry-after', ''],
  ['server', ''],
  ['set-cookie', ''],
  ['strict-transport-security', ''],
  ['transfer-encoding', ''],
  ['user-agent', ''],
  ['vary', ''],
  ['via', ''],
  ['www-authenticate', ''],
];

/** Indices 1 to STATIC_ENTRIES are static (RFC 7541 §2.3.3). */
export const STATIC_ENTRIES = ENTRIES.length;

/** By index; 0 is none. */
export const STATIC_FIELDS: readonly Field[] = [
  new Field(AUTHORITY, '', -1, false),
  ...ENTRIES.map(([name, value]) => (value === '' ? new Field(pinName(name), '', -1, false) : constantField(pinName(name), value))),
];

const nameIndex: number[] = [];
const fieldIndex: number[] = [];
for (let i = STATIC_ENTRIES; i > 0; i--) {
  const { name, id, value } = STATIC_FIELDS[i] as Field;
  nameIndex[name.token] = i;
  if (value !== '' && id >= 0) fieldIndex[id] = i;
}

/** By `HeaderName.token`: the first static index of the name, 0 when it has none. */
export const STATIC_NAME_INDEX: Uint8Array = Uint8Array.from({ length: nameIndex.length }, (_, token) => nameIndex[token] ?? 0);

/** By `Field.id`: the static index of the pair, 0 when it is not there. These pairs are never evicted, so their ids are theirs. */
export const STATIC_FIELD_INDEX: Uint8Array = Uint8Array.from({ length: fieldIndex.length }, (_, id) => fieldIndex[id] ?? 0);

/** Pseudo headers whose commonest values are static. */
export const METHOD_GET = STATIC_FIELDS[2] as Field;
export const METHOD_POST = STATIC_FIELDS[3] as Field;
export const PATH_ROOT = STATIC_FIELDS[4] as Field;
export const SCHEME_HTTP = STATIC_FIELDS[6] as Field;
export const SCHEME_HTTPS = STATIC_FIELDS[7] as Field;

const statusFields: (Field | undefined)[] = [];

/** The `:status` field of a status from 100 to 999. */
export function statusField(status: number): Field {
  let field = statusFields[status];
  if (field === undefined) {
    field = constantField(STATUS, String(status));
    statusFields[status] = field;
  }
  return field;
}

const methodFields = new Map<string, Field>();

/** The `:method` field. Methods that peers make up are not kept. */
export function methodField(method: string): Field {
  let field = methodFields.get(method);
  if (field === undefined) {
    if (methodFields.size >= 64) return new Field(METHOD, method, -1, false);
    field = constantField(METHOD, method);
    methodFields.set(method, field);
  }
  return field;
}

/** The `:scheme` field. */
export function schemeField(scheme: string): Field {
  return scheme === 'https' ? SCHEME_HTTPS : scheme === 'http' ? SCHEME_HTTP : new Field(SCHEME, scheme, -1, false);
}

/** The `:path` field: unique but for the root. */
export function pathField(path: string): Field {
  return path === '/' ? PATH_ROOT : new Field(PATH, path, -1, false);
}
