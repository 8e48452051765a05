/**
 * The first flight of a TLS client, read without decrypting anything (RFC 8446 §5.1, §4.1.2; RFC 6066 §3; RFC 7301 §3.1). The message
 * may lie in several records. What BoringSSL would refuse before it looks at the server name is no hello; a test compares the two.
 */

export const HELLO_MORE = 0 as const;
export const HELLO_FOUND = 1 as const;
export const HELLO_NOT_TLS = 2 as const;
/** TLS, but over before it began: a version that nobody speaks, a close_notify. */
export const HELLO_REFUSED = 3 as const;
export type HelloStatus = typeof HELLO_MORE | typeof HELLO_FOUND | typeof HELLO_NOT_TLS | typeof HELLO_REFUSED;

const RECORD_HEADER = 5;
const ALERT = 21;
const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const MESSAGE_HEADER = 4;
/** RFC 8446 §5.1. */
const MAX_RECORD = 16_384;
/** Longest message that BoringSSL gathers. */
const MAX_MESSAGE = 16_384;
/** As many as BoringSSL puts up with. */
const MAX_EMPTY_RECORDS = 32;
const MAX_WARNINGS = 4;
const SERVER_NAME = 0;
const ALPN = 16;
const MAX_HOST_NAME = 255;
const TLS_1_0 = 0x0301;
const TLS_1_3 = 0x0304;

/** Reads one connection's hello; asked again with a longer prefix while it answers HELLO_MORE. */
export class ClientHelloReader {
  /** There is a hello as a whole, and these are its facts. */
  complete: boolean;
  /** Lower case; '' when there is none. */
  serverName: string;
  /** In the order of the client; empty when there is none. */
  alpn: readonly string[];
  /** Bytes looked at, counted as a TLS library would read them: headers and whole records. */
  consumed: number;
  /** Not worth asking again with fewer bytes. */
  private wanted: number;

  constructor() {
    this.complete = false;
    this.serverName = '';
    this.alpn = [];
    this.consumed = 0;
    this.wanted = 1;
  }

  read(bytes: Buffer): HelloStatus {
    if (bytes.length < this.wanted) return HELLO_MORE;
    if (((bytes[0] as number) & 0x80) !== 0) return this.oldHello(bytes);
    let message: Buffer | null = null;
    let at = 0;
    let empty = 0;
    let warnings = 0;
    for (;;) {
      const status = this.record(bytes, at);
      if (status !== HELLO_FOUND) return status;
      const end = at + RECORD_HEADER + bytes.readUInt16BE(at + 3);
      const fragment = bytes.subarray(at + RECORD_HEADER, end);
      const type = bytes[at];
      at = end;
      this.consumed = end;
      if (type === ALERT) {
        if (fragment.length !== 2 || fragment[0] !== 1 || ++warnings > MAX_WARNINGS) return HELLO_NOT_TLS;
        if (fragment[1] === 0) return HELLO_REFUSED;
        continue;
      }
      if (fragment.length === 0 && ++empty > MAX_EMPTY_RECORDS) return HELLO_NOT_TLS;
      // Mostly there is one record, and nothing is copied.
      message = message === null ? fragment : Buffer.concat([message, fragment]);
      if (message.length < MESSAGE_HEADER) continue;
      const length = MESSAGE_HEADER + message.readUIntBE(1, 3);
      if (message[0] !== CLIENT_HELLO || length > MESSAGE_HEADER + MAX_MESSAGE) return HELLO_NOT_TLS;
      if (message.length > length) return HELLO_NOT_TLS;
      if (message.length === length) return this.judge(message.subarray(MESSAGE_HEADER));
    }
  }

  /** Whether a record is there as a whole. What cannot be one is known from its first bytes. */
  private record(bytes: Buffer, at: number): HelloStatus {
    const have = bytes.length - at;
    this.consumed = at + Math.min(have, RECORD_HEADER);
    if ((have > 0 && bytes[at] !== HANDSHAKE && bytes[at] !== ALERT) || (have > 1 && bytes[at + 1] !== 3)) return HELLO_NOT_TLS;
    if (have < RECORD_HEADER) {
      this.wanted = at + RECORD_HEADER;
      return HELLO_MORE;
    }
    const length = bytes.readUInt16BE(at + 3);
    if (length > MAX_RECORD) return HELLO_NOT_TLS;
    this.wanted = at + RECORD_HEADER + length;
    return have < RECORD_HEADER + length ? HELLO_MORE : HELLO_FOUND;
  }

  /** A hello in the form of SSL 2 that offers TLS (RFC 5246 appendix E.2). */
  private oldHello(bytes: Buffer): HelloStatus {
    this.consumed = Math.min(bytes.length, RECORD_HEADER);
    if ((bytes.length > 2 && bytes[2] !== CLIENT_HELLO) || (bytes.length > 3 && bytes[3] !== 3)) return HELLO_NOT_TLS;
    const end = bytes.length < 2 ? RECORD_HEADER : 2 + (bytes.readUInt16BE(0) & 0x7fff);
    this.wanted = Math.max(end, RECORD_HEADER);
    if (bytes.length < this.wanted) return HELLO_MORE;
    this.consumed = end;
    if (end < 11) return HELLO_NOT_TLS;
    const ciphers = bytes.readUInt16BE(5);
    if (ciphers === 0 || ciphers % 3 !== 0 || 11 + ciphers + bytes.readUInt16BE(7) + bytes.readUInt16BE(9) !== end) return HELLO_NOT_TLS;
    return this.versioned(bytes.readUInt16BE(3));
  }

  private judge(body: Buffer): HelloStatus {
    return this.hello(body) ? this.versioned(body.readUInt16BE(0)) : HELLO_NOT_TLS;
  }

  private versioned(version: number): HelloStatus {
    this.complete = true;
    return version >= TLS_1_0 && version <= TLS_1_3 ? HELLO_FOUND : HELLO_REFUSED;
  }

  /** False when the message is malformed. */
  private hello(body: Buffer): boolean {
    let at = 34; // legacy_version, random
    if (body.length < at + 1 || (body[at] as number) > 32) return false;
    at += 1 + (body[at] as number); // legacy_session_id
    if (body.length < at + 2) return false;
    const ciphers = body.readUInt16BE(at);
    if (ciphers < 2 || ciphers % 2 !== 0) return false;
    at += 2 + ciphers;
    if (body.length < at + 1 || body[at] === 0) return false;
    at += 1 + (body[at] as number); // legacy_compression_methods
    if (at === body.length) return true; // no extensions at all
    if (body.length < at + 2 || body.length !== at + 2 + body.readUInt16BE(at)) return false;
    return this.extensions(body, at + 2);
  }

  private extensions(body: Buffer, from: number): boolean {
    const seen = new Set<number>();
    for (let at = from; at < body.length; ) {
      if (body.length < at + 4) return false;
      const type = body.readUInt16BE(at);
      const end = at + 4 + body.readUInt16BE(at + 2);
      if (end > body.length || seen.has(type)) return false;
      seen.add(type);
      const data = body.subarray(at + 4, end);
      if (type === SERVER_NAME && !this.readServerName(data)) return false;
      if (type === ALPN) this.readAlpn(data);
      at = end;
    }
    return true;
  }

  /** One host name of 1 to 255 bytes without a zero byte. */
  private readServerName(data: Buffer): boolean {
    if (data.length < 5 || data.readUInt16BE(0) !== data.length - 2 || data[2] !== 0) return false;
    const length = data.readUInt16BE(3);
    if (length === 0 || length > MAX_HOST_NAME || data.length !== 5 + length || data.indexOf(0, 5) >= 0) return false;
    this.serverName = data.latin1Slice(5).toLowerCase();
    return true;
  }

  /** A malformed list is no list; the TLS library will complain. */
  private readAlpn(data: Buffer): void {
    if (data.length < 4 || data.readUInt16BE(0) !== data.length - 2) return;
    const names: string[] = [];
    for (let at = 2; at < data.length; ) {
      const length = data[at] as number;
      if (length === 0 || at + 1 + length > data.length) return;
      names.push(data.latin1Slice(at + 1, at + 1 + length));
      at += 1 + length;
    }
    this.alpn = names;
  }
}
