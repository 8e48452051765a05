/**
 * How a header block is held (contract 1): the same object for both codecs, the filters, the router and the log.
 *
 * A block is the pseudo headers as plain fields plus an ordered list of immutable `Field`s. An edit replaces or removes
 * a `Field`; nothing is ever re-parsed or re-rendered. A `Field` that repeats (a user agent, a content type) is one shared
 * object: HTTP/1.1 recognises its bytes and writes its ready `line`, HPACK finds its table position by its small integer
 * `id`. Values are latin1 strings: one character is one byte of the wire (RFC 9110 §5.5). Measured with both codecs in
 * bench/micro/h1-codec.bench.ts and hpack.bench.ts.
 *
 * Names are lower case; a wire name that is configured anywhere is the pinned object, so `get` compares identity.
 */
import type { HeaderName } from './header-name.ts';
import { AUTHORITY, METHOD, NAME_PSEUDO, PATH, PROTOCOL, SCHEME, STATUS, TRANSIENT_BIT } from './header-name.ts';
import type { SpelledNames } from './name-case.ts';

/** One header line. Never changed after it was built: blocks and connections share it. */
export class Field {
  readonly name: HeaderName;
  readonly value: string;
  /**
   * Small number of an interned name and value pair (see field-pool.ts), -1 when not interned. Ids are reused after an
   * eviction: who files something under an id compares the `Field` itself before believing it.
   */
  readonly id: number;
  /** `name: value\r\n` in latin1 on fields that repeat, rendered when first needed; null before, and on the others. */
  line: Uint8Array | null;
  /** HPACK "never indexed" (RFC 7541 §6.2.3) was set by the sender and must survive the hop. */
  readonly sensitive: boolean;

  constructor(name: HeaderName, value: string, id: number, sensitive: boolean) {
    this.name = name;
    this.value = value;
    this.id = id;
    this.line = null;
    this.sensitive = sensitive;
  }
}

/** Renders the HTTP/1.1 form of a field that repeats. */
export function renderLine(field: Field): Uint8Array {
  const line = Buffer.from(`${field.name.text}: ${field.value}\r\n`, 'latin1');
  field.line = line;
  return line;
}

/**
 * A request head, a response head or a trailer block. Requests fill `method`, `scheme`, `authority`, `path` (and
 * `protocol` for an extended CONNECT or an HTTP/1.1 upgrade token); responses fill `status`; trailers fill none.
 * A field that does not apply is '' or 0. `host` never stands in the list: both codecs move it to `authority`.
 */
export class Headers {
  method: string;
  scheme: string;
  authority: string;
  /** Target in origin form, with the query; never a fragment. */
  path: string;
  /** RFC 8441 `:protocol`; HTTP/1.1 `Upgrade` token; '' for plain requests. */
  protocol: string;
  status: number;
  /** Fields [0, count) are valid. Codecs and formatters may read the array; only methods here change it. */
  readonly fields: Field[];
  count: number;
  /** OR of `HeaderName.bit`s ever added: a clear bit proves absence, a set bit only says "look". */
  mask: number;
  /** Bytes of the block as it came, start line and dropped fields included; codecs set it, edits do not touch it. */
  wireBytes: number;
  /** Of its fields as they came: names and values, in HTTP/1.1 and three bytes for each (what Envoy counts). */
  plainBytes: number;
  /** How the sender spelled the names, where the codec was told to remember; null otherwise. */
  spelling: SpelledNames | null;

  constructor() {
    this.method = '';
    this.scheme = '';
    this.authority = '';
    this.path = '';
    this.protocol = '';
    this.status = 0;
    this.fields = [];
    this.count = 0;
    this.mask = 0;
    this.wireBytes = 0;
    this.plainBytes = 0;
    this.spelling = null;
  }

  append(field: Field): void {
    this.fields[this.count++] = field;
    this.mask |= field.name.bit;
  }

  /** Appends a value that is not worth interning. */
  add(name: HeaderName, value: string): void {
    this.append(new Field(name, value, -1, false));
  }

  /** Replaces every occurrence by one (at the place of the first), or appends. */
  set(name: HeaderName, value: string): void {
    this.setField(new Field(name, value, -1, false));
  }

  setField(field: Field): void {
    const at = this.indexOf(field.name, 0);
    if (at < 0) {
      this.append(field);
      return;
    }
    this.fields[at] = field;
    removeFrom(this, field.name, at + 1);
  }

  has(name: HeaderName): boolean {
    return this.indexOf(name, 0) >= 0;
  }

  /** First value of a name (pseudo headers too), undefined when absent. See `joined` for repeated ones. */
  get(name: HeaderName): string | undefined {
    if (name.kind === NAME_PSEUDO) return pseudo(this, name);
    const at = this.indexOf(name, 0);
    return at < 0 ? undefined : this.field(at).value;
  }

  /** Index of the first occurrence at or after `from`, -1 when none: `for (i = indexOf(n, 0); i >= 0; i = indexOf(n, i + 1))`. */
  indexOf(name: HeaderName, from: number): number {
    if (name.bit !== 0 && name.token >= 0 && (this.mask & name.bit) === 0) return -1;
    const { fields, count, mask } = this;
    if (name.token >= 0 && (mask & TRANSIENT_BIT) === 0) {
      for (let i = from; i < count; i++) if ((fields[i] as Field).name === name) return i;
      return -1;
    }
    // A transient name may mean the same as one that was pinned after it was made.
    for (let i = from; i < count; i++) {
      const other = (fields[i] as Field).name;
      if (other === name || ((other.token < 0 || name.token < 0) && other.text === name.text)) return i;
    }
    return -1;
  }

  field(at: number): Field {
    return this.fields[at] as Field;
  }

  /** All values of a name joined by `,` as Envoy's route matchers see them; undefined when absent. */
  joined(name: HeaderName): string | undefined {
    if (name.kind === NAME_PSEUDO) return pseudo(this, name);
    let at = this.indexOf(name, 0);
    if (at < 0) return undefined;
    let value = this.field(at).value;
    for (at = this.indexOf(name, at + 1); at >= 0; at = this.indexOf(name, at + 1)) value += `,${this.field(at).value}`;
    return value;
  }

  /** Names and values together, pseudo headers included. */
  byteSize(): number {
    const { method, scheme, authority, path, protocol, status } = this;
    let bytes = status === 0 ? 0 : STATUS.text.length + String(status).length;
    if (method !== '') bytes += METHOD.text.length + method.length;
    if (scheme !== '') bytes += SCHEME.text.length + scheme.length;
    if (authority !== '') bytes += AUTHORITY.text.length + authority.length;
    if (path !== '') bytes += PATH.text.length + path.length;
    if (protocol !== '') bytes += PROTOCOL.text.length + protocol.length;
    for (let i = 0; i < this.count; i++) bytes += this.field(i).name.text.length + this.field(i).value.length;
    return bytes;
  }

  /** Removes every occurrence; false when there was none. */
  remove(name: HeaderName): boolean {
    const before = this.count;
    removeFrom(this, name, 0);
    return this.count !== before;
  }

  removeAt(at: number): void {
    const fields = this.fields;
    for (let i = at + 1; i < this.count; i++) fields[i - 1] = fields[i] as Field;
    this.count--;
  }
}

function removeFrom(headers: Headers, name: HeaderName, from: number): void {
  let at = headers.indexOf(name, from);
  if (at < 0) return;
  const fields = headers.fields;
  let kept = at;
  for (at = at + 1; at < headers.count; at++) {
    const field = fields[at] as Field;
    if (field.name !== name && field.name.text !== name.text) fields[kept++] = field;
  }
  headers.count = kept;
}

function pseudo(headers: Headers, name: HeaderName): string | undefined {
  let value = '';
  if (name === PATH) value = headers.path;
  else if (name === METHOD) value = headers.method;
  else if (name === AUTHORITY) value = headers.authority;
  else if (name === SCHEME) value = headers.scheme;
  else if (name === PROTOCOL) value = headers.protocol;
  else if (name === STATUS && headers.status !== 0) value = String(headers.status);
  return value === '' ? undefined : value;
}
