import { type Connection, GATHER_BYTES } from '../../net/connection.ts';
import { RULE_CONTENT_LENGTH, RULE_HOST, RULE_NONE, RULE_TE } from '../header-name.ts';
import { type Field, type Headers, renderLine } from '../headers.ts';
import { statusLine } from './status-text.ts';

/** Values up to this many characters are written by a loop: calling into the runtime costs as much. */
const SHORT = 16;

const VERSION_AND_HOST = Buffer.from(' HTTP/1.1\r\nhost: ', 'latin1');
const NEW_LINE = Buffer.from('\r\n', 'latin1');

/** Fields that follow the list: framing and connection, decided by the codec. */
export const NO_LENGTH = Buffer.alloc(0);
export const ZERO_LENGTH = Buffer.from('content-length: 0\r\n', 'latin1');
export const CHUNKED = Buffer.from('transfer-encoding: chunked\r\n', 'latin1');

export const NO_OPTION = Buffer.alloc(0);
export const CLOSE = Buffer.from('connection: close\r\n', 'latin1');
export const KEEP_ALIVE = Buffer.from('connection: keep-alive\r\n', 'latin1');
const UPGRADE = Buffer.from('connection: Upgrade\r\n', 'latin1');

const methods = new Map<string, Uint8Array>();

/** `GET ` in latin1. Custom methods are written anew each time: peers make them up. */
function methodBytes(method: string): Uint8Array {
  let bytes = methods.get(method);
  if (bytes === undefined) {
    bytes = Buffer.from(`${method} `, 'latin1');
    if (methods.size < 64) methods.set(method, bytes);
  }
  return bytes;
}

/**
 * Writes heads and trailers into a connection's gather buffer: lines of fields that repeat are copied as they are, the others are
 * put together in place. Which fields concern the connection is decided here and nowhere above: they are left out of the list and
 * come at the end, where Envoy has them. One object serves all connections.
 */
export class HeadWriter {
  private out: Buffer;
  private at: number;

  constructor() {
    this.out = NO_LENGTH;
    this.at = 0;
  }

  /** Returns the bytes written. `length` is one of the framing lines. */
  request(connection: Connection, headers: Headers, length: Uint8Array): number {
    const { method, authority, protocol } = headers;
    const path = method === 'CONNECT' ? authority : headers.path;
    const start = methodBytes(method);
    const upgrade = protocol !== '' && method !== 'CONNECT';
    const size =
      start.length +
      path.length +
      VERSION_AND_HOST.length +
      authority.length +
      2 +
      fieldBytes(headers, true, false) +
      (upgrade ? 9 + protocol.length + 2 + UPGRADE.length : 0) +
      length.length +
      2;
    this.begin(connection, size);
    this.bytes(start);
    this.text(path);
    this.bytes(VERSION_AND_HOST);
    this.text(authority);
    this.bytes(NEW_LINE);
    this.fields(headers, true, false);
    if (upgrade) this.upgrade(protocol);
    this.bytes(length);
    return this.finish(connection, size);
  }

  /** `option` and `length` are lines of the two kinds above. Without `keepLength` a content-length is left out. */
  response(connection: Connection, headers: Headers, http10: boolean, option: Uint8Array, length: Uint8Array, keepLength: boolean): number {
    const start = statusLine(headers.status, http10);
    const { protocol } = headers;
    const upgrade = headers.status === 101;
    const size =
      start.length +
      fieldBytes(headers, keepLength, true) +
      (upgrade ? 9 + protocol.length + 2 + UPGRADE.length : option.length) +
      length.length +
      2;
    this.begin(connection, size);
    this.bytes(start);
    this.fields(headers, keepLength, true);
    if (upgrade) this.upgrade(protocol);
    else this.bytes(option);
    this.bytes(length);
    return this.finish(connection, size);
  }

  /** The last chunk, the trailer section and its end. */
  trailers(connection: Connection, trailers: Headers): number {
    const size = 3 + fieldBytes(trailers, false, false) + 2;
    this.begin(connection, size);
    this.out[this.at++] = 0x30;
    this.bytes(NEW_LINE);
    this.fields(trailers, false, false);
    return this.finish(connection, size);
  }

  private begin(connection: Connection, size: number): void {
    if (size <= GATHER_BYTES) {
      this.out = connection.reserve(size);
      this.at = connection.outAt;
    } else {
      this.out = Buffer.allocUnsafeSlow(size);
      this.at = 0;
    }
  }

  private finish(connection: Connection, size: number): number {
    this.bytes(NEW_LINE);
    if (size <= GATHER_BYTES) connection.outAt = this.at;
    else connection.write(this.out);
    this.out = NO_LENGTH;
    return size;
  }

  private upgrade(protocol: string): void {
    this.text('upgrade: ');
    this.text(protocol);
    this.bytes(NEW_LINE);
    this.bytes(UPGRADE);
  }

  private bytes(bytes: Uint8Array): void {
    this.out.set(bytes, this.at);
    this.at += bytes.length;
  }

  private text(text: string): void {
    const { length } = text;
    if (length > SHORT) {
      this.at += this.out.latin1Write(text, this.at, length);
      return;
    }
    const { out } = this;
    let { at } = this;
    for (let i = 0; i < length; i++) out[at++] = text.charCodeAt(i);
    this.at = at;
  }

  private fields(headers: Headers, keepLength: boolean, host: boolean): void {
    const { fields, count } = headers;
    for (let i = 0; i < count; i++) {
      const field = fields[i] as Field;
      if (field.name.rule !== RULE_NONE && !goesOut(field.name.rule, keepLength, host)) continue;
      if (field.line !== null) {
        this.bytes(field.line);
      } else if (field.id >= 0) {
        this.bytes(renderLine(field));
      } else {
        this.field(field);
      }
    }
  }

  private field(field: Field): void {
    const { name } = field;
    if (name.prefix !== null) {
      this.bytes(name.prefix);
    } else {
      this.text(name.text);
      this.text(': ');
    }
    this.text(field.value);
    this.out[this.at++] = 0x0d;
    this.out[this.at++] = 0x0a;
  }
}

function fieldBytes(headers: Headers, keepLength: boolean, host: boolean): number {
  const { fields, count } = headers;
  let bytes = 0;
  for (let i = 0; i < count; i++) {
    const { name, value } = fields[i] as Field;
    if (name.rule === RULE_NONE || goesOut(name.rule, keepLength, host)) bytes += name.text.length + value.length + 4;
  }
  return bytes;
}

/** Of the names with a rule: lengths where the framing wants them, `te: trailers`, and Host in a response, where it means nothing. */
export function goesOut(rule: number, keepLength: boolean, host: boolean): boolean {
  return (rule === RULE_CONTENT_LENGTH && keepLength) || rule === RULE_TE || (rule === RULE_HOST && host);
}
