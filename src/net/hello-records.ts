/**
 * The ClientHello out of the records that carry it (RFC 8446 §5.1, §4): what a TLS socket wants to know before OpenSSL sees the bytes,
 * and what tls_inspector judges as BoringSSL would. They differ in what they put up with.
 */

export const RECORD_HEADER = 5;
const MESSAGE_HEADER = 4;
const ALERT = 21;
const HANDSHAKE = 22;
const CLIENT_HELLO = 1;

/** How far a reader goes along with a peer. */
export interface HelloRules {
  readonly maxRecord: number;
  /** Without its header of 4 bytes. */
  readonly maxMessage: number;
  /** Records without content. */
  readonly maxEmpty: number;
  /** Alerts of level warning before the hello. */
  readonly maxWarnings: number;
  /** Nothing may follow the hello in its last record. */
  readonly alone: boolean;
}

/** More bytes are needed. */
export const RECORDS_PART = 0 as const;
/** `message` is there. */
export const RECORDS_WHOLE = 1 as const;
/** No hello comes. */
export const RECORDS_NONE = 2 as const;
/** close_notify instead of a hello. */
export const RECORDS_CLOSED = 3 as const;
export type RecordsStatus = typeof RECORDS_PART | typeof RECORDS_WHOLE | typeof RECORDS_NONE | typeof RECORDS_CLOSED;

/** Of one connection; asked again with a longer prefix while it answers RECORDS_PART. */
export class HelloRecords {
  /** The hello without the header of the message; a view on what was given where one record has it all. */
  message: Buffer | null;
  /** Bytes looked at, counted as a TLS library would read them: headers and whole records. */
  consumed: number;
  /** Not worth asking again with fewer bytes. */
  wanted: number;
  private readonly rules: HelloRules;

  constructor(rules: HelloRules) {
    this.message = null;
    this.consumed = 0;
    this.wanted = 1;
    this.rules = rules;
  }

  read(bytes: Buffer): RecordsStatus {
    const { rules } = this;
    let message: Buffer | null = null;
    let at = 0;
    let empty = 0;
    let warnings = 0;
    for (;;) {
      const status = this.record(bytes, at);
      if (status !== RECORDS_WHOLE) return status;
      const end = at + RECORD_HEADER + bytes.readUInt16BE(at + 3);
      const fragment = bytes.subarray(at + RECORD_HEADER, end);
      const type = bytes[at];
      at = end;
      this.consumed = end;
      if (type === ALERT) {
        if (fragment.length !== 2 || fragment[0] !== 1 || ++warnings > rules.maxWarnings) return RECORDS_NONE;
        if (fragment[1] === 0) return RECORDS_CLOSED;
        continue;
      }
      if (fragment.length === 0 && ++empty > rules.maxEmpty) return RECORDS_NONE;
      // Mostly there is one record, and nothing is copied.
      message = message === null ? fragment : Buffer.concat([message, fragment]);
      if (message.length < MESSAGE_HEADER) continue;
      if (message[0] !== CLIENT_HELLO) return RECORDS_NONE;
      const length = MESSAGE_HEADER + message.readUIntBE(1, 3);
      if (length > MESSAGE_HEADER + rules.maxMessage || (rules.alone && message.length > length)) return RECORDS_NONE;
      if (message.length < length) continue;
      this.message = message.subarray(MESSAGE_HEADER, length);
      return RECORDS_WHOLE;
    }
  }

  /** Whether a record is there as a whole. What cannot be one is known from its first bytes. */
  private record(bytes: Buffer, at: number): RecordsStatus {
    const have = bytes.length - at;
    this.consumed = at + Math.min(have, RECORD_HEADER);
    if (have > 0 && bytes[at] !== HANDSHAKE && (bytes[at] !== ALERT || this.rules.maxWarnings === 0)) return RECORDS_NONE;
    if (have > 1 && bytes[at + 1] !== 3) return RECORDS_NONE;
    if (have < RECORD_HEADER) {
      this.wanted = at + RECORD_HEADER;
      return RECORDS_PART;
    }
    const length = bytes.readUInt16BE(at + 3);
    if (length > this.rules.maxRecord) return RECORDS_NONE;
    this.wanted = at + RECORD_HEADER + length;
    return have < RECORD_HEADER + length ? RECORDS_PART : RECORDS_WHOLE;
  }
}

/** Numbers and vectors of a message, in order (RFC 8446 §3). After anything that does not fit `bad` is true and nothing more comes. */
export class Fields {
  readonly bytes: Buffer;
  at: number;
  readonly end: number;
  bad: boolean;

  constructor(bytes: Buffer, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.bad = false;
  }

  get more(): boolean {
    return !this.bad && this.at < this.end;
  }

  /** Bytes that are left. */
  get length(): number {
    return this.end - this.at;
  }

  number(size: number): number {
    if (this.bad || this.at + size > this.end) {
      this.bad = true;
      return 0;
    }
    const value = this.bytes.readUIntBE(this.at, size);
    this.at += size;
    return value;
  }

  skip(count: number): void {
    if (this.at + count > this.end) this.bad = true;
    else this.at += count;
  }

  /** A vector with a length of `size` bytes in front; an empty one when it does not fit. */
  vector(size: number): Fields {
    const length = this.number(size);
    const from = this.at;
    this.skip(length);
    return this.bad ? new Fields(this.bytes, 0, 0) : new Fields(this.bytes, from, from + length);
  }

  numbers(size: number): number[] {
    const list: number[] = [];
    while (this.more) {
      const value = this.number(size);
      if (!this.bad) list.push(value);
    }
    return list;
  }

  /** What is left, latin1. */
  text(): string {
    return this.bytes.latin1Slice(this.at, this.end);
  }
}

/** What stands before the extensions of a hello. */
export class HelloHead {
  readonly version: number;
  readonly sessionId: Fields;
  readonly cipherSuites: Fields;
  readonly compression: Fields;
  /** Null when there are none at all. */
  readonly extensions: Fields | null;
  /** The vectors do not fit, or something follows them. */
  readonly bad: boolean;

  constructor(message: Buffer) {
    const hello = new Fields(message);
    this.version = hello.number(2);
    hello.skip(32);
    this.sessionId = hello.vector(1);
    this.cipherSuites = hello.vector(2);
    this.compression = hello.vector(1);
    this.extensions = hello.more ? hello.vector(2) : null;
    this.bad = hello.bad || hello.more;
  }
}

export const SERVER_NAME = 0;
export const ALPN = 16;
