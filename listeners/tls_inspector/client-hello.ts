/**
 * The first flight of a TLS client, read without decrypting anything (RFC 8446 §5.1, §4.1.2; RFC 6066 §3; RFC 7301 §3.1). The message
 * may lie in several records. What BoringSSL would refuse before it looks at the server name is no hello; a test compares the two.
 */
import {
  ALPN,
  type Fields,
  HelloHead,
  HelloRecords,
  type HelloRules,
  RECORD_HEADER,
  RECORDS_CLOSED,
  RECORDS_PART,
  RECORDS_WHOLE,
  SERVER_NAME,
} from '../../src/net/hello-records.ts';

export const HELLO_MORE = 0 as const;
export const HELLO_FOUND = 1 as const;
export const HELLO_NOT_TLS = 2 as const;
/** TLS, but over before it began: a version that nobody speaks, a close_notify. */
export const HELLO_REFUSED = 3 as const;
export type HelloStatus = typeof HELLO_MORE | typeof HELLO_FOUND | typeof HELLO_NOT_TLS | typeof HELLO_REFUSED;

const CLIENT_HELLO = 1;
/** RFC 8446 §5.1 for a record; the rest is what BoringSSL puts up with. */
const RULES: HelloRules = { maxRecord: 16_384, maxMessage: 16_384, maxEmpty: 32, maxWarnings: 4, alone: true };
const MAX_SESSION_ID = 32;
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
  private readonly records: HelloRecords;

  constructor() {
    this.complete = false;
    this.serverName = '';
    this.alpn = [];
    this.records = new HelloRecords(RULES);
  }

  /** Bytes looked at, counted as a TLS library would read them: headers and whole records. */
  get consumed(): number {
    return this.records.consumed;
  }

  read(bytes: Buffer): HelloStatus {
    const { records } = this;
    if (bytes.length < records.wanted) return HELLO_MORE;
    if (((bytes[0] as number) & 0x80) !== 0) return this.oldHello(bytes);
    const status = records.read(bytes);
    if (status === RECORDS_PART) return HELLO_MORE;
    if (status === RECORDS_CLOSED) return HELLO_REFUSED;
    if (status !== RECORDS_WHOLE) return HELLO_NOT_TLS;
    const hello = new HelloHead(records.message as Buffer);
    return this.accept(hello) ? this.versioned(hello.version) : HELLO_NOT_TLS;
  }

  /** A hello in the form of SSL 2 that offers TLS (RFC 5246 appendix E.2). */
  private oldHello(bytes: Buffer): HelloStatus {
    this.records.consumed = Math.min(bytes.length, RECORD_HEADER);
    if ((bytes.length > 2 && bytes[2] !== CLIENT_HELLO) || (bytes.length > 3 && bytes[3] !== 3)) return HELLO_NOT_TLS;
    const end = bytes.length < 2 ? RECORD_HEADER : 2 + (bytes.readUInt16BE(0) & 0x7fff);
    this.records.wanted = Math.max(end, RECORD_HEADER);
    if (bytes.length < this.records.wanted) return HELLO_MORE;
    this.records.consumed = end;
    if (end < 11) return HELLO_NOT_TLS;
    const ciphers = bytes.readUInt16BE(5);
    if (ciphers === 0 || ciphers % 3 !== 0 || 11 + ciphers + bytes.readUInt16BE(7) + bytes.readUInt16BE(9) !== end) return HELLO_NOT_TLS;
    return this.versioned(bytes.readUInt16BE(3));
  }

  private versioned(version: number): HelloStatus {
    this.complete = true;
    return version >= TLS_1_0 && version <= TLS_1_3 ? HELLO_FOUND : HELLO_REFUSED;
  }

  /** False when the message is malformed. */
  private accept({ bad, sessionId, cipherSuites, compression, extensions }: HelloHead): boolean {
    if (bad || sessionId.length > MAX_SESSION_ID || cipherSuites.length < 2 || cipherSuites.length % 2 !== 0) return false;
    if (compression.length === 0) return false;
    const seen = new Set<number>();
    while (extensions?.more === true) {
      const type = extensions.number(2);
      const data = extensions.vector(2);
      if (extensions.bad || seen.has(type)) return false;
      seen.add(type);
      if (type === SERVER_NAME && !this.readServerName(data)) return false;
      if (type === ALPN) this.readAlpn(data);
    }
    return true;
  }

  /** One host name of 1 to 255 bytes without a zero byte. */
  private readServerName(data: Fields): boolean {
    const names = data.vector(2);
    const kind = names.number(1);
    const name = names.vector(2);
    if (data.bad || data.more || names.bad || names.more || kind !== 0) return false;
    const text = name.text();
    if (text.length === 0 || text.length > MAX_HOST_NAME || text.includes('\0')) return false;
    this.serverName = text.toLowerCase();
    return true;
  }

  /** A malformed list is no list; the TLS library will complain. */
  private readAlpn(data: Fields): void {
    const list = data.vector(2);
    if (data.bad || data.more) return;
    const names: string[] = [];
    while (list.more) {
      const name = list.vector(1).text();
      if (list.bad || name === '') return;
      names.push(name);
    }
    this.alpn = names;
  }
}
