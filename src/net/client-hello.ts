/**
 * What a server wants to know of a ClientHello before it wraps the socket (RFC 8446 §4.1.2, RFC 6066 §3, RFC 7301): server name,
 * protocols, and what certificate and key exchange the client can deal with. Nothing of it is checked beyond its framing; OpenSSL
 * reads the same bytes again and has the last word.
 */

/** Records and handshake messages longer than this are no ClientHello that anybody sends; OpenSSL decides what to say about it. */
export const MAX_HELLO_BYTES = 18_432;

export interface ClientHello {
  /** As sent, latin1; '' for none. */
  readonly serverName: string;
  readonly alpn: readonly string[];
  /** `supported_versions`, or the legacy version alone. */
  readonly versions: readonly number[];
  readonly cipherSuites: readonly number[];
  /** `supported_groups`; empty when there is no such extension. */
  readonly groups: readonly number[];
  /** Groups with a key share (TLS 1.3). */
  readonly keyShares: readonly number[];
  readonly signatureAlgorithms: readonly number[];
  /** A session ticket or a pre-shared key is offered. */
  readonly resumes: boolean;
}

/** More bytes are needed. */
export const HELLO_PART = 0 as const;
/** These bytes are no ClientHello. */
export const HELLO_NONE = 1 as const;

const HANDSHAKE_RECORD = 22;
const CLIENT_HELLO = 1;
const RECORD_HEADER = 5;

/** Reads the hello at the start of `bytes`, over as many records as it takes. */
export function readClientHello(bytes: Buffer): ClientHello | typeof HELLO_PART | typeof HELLO_NONE {
  const message = gatherMessage(bytes);
  if (typeof message === 'number') return message;
  return parseHello(message) ?? HELLO_NONE;
}

/** The handshake message without its records. */
function gatherMessage(bytes: Buffer): Buffer | typeof HELLO_PART | typeof HELLO_NONE {
  let at = 0;
  let message: Buffer | null = null;
  for (;;) {
    if (bytes.length > at && bytes[at] !== HANDSHAKE_RECORD) return HELLO_NONE;
    if (bytes.length > at + 1 && bytes[at + 1] !== 3) return HELLO_NONE;
    if (bytes.length > at + RECORD_HEADER && message === null && bytes[at + RECORD_HEADER] !== CLIENT_HELLO) return HELLO_NONE;
    if (bytes.length > MAX_HELLO_BYTES) return HELLO_NONE;
    if (bytes.length < at + RECORD_HEADER) return HELLO_PART;
    const length = bytes.readUInt16BE(at + 3);
    if (length === 0 || length > MAX_HELLO_BYTES) return HELLO_NONE;
    if (bytes.length < at + RECORD_HEADER + length) return HELLO_PART;
    const fragment = bytes.subarray(at + RECORD_HEADER, at + RECORD_HEADER + length);
    message = message === null ? fragment : Buffer.concat([message, fragment]);
    at += RECORD_HEADER + length;
    if (message.length < 4) continue;
    const whole = 4 + message.readUIntBE(1, 3);
    if (whole > MAX_HELLO_BYTES) return HELLO_NONE;
    if (message.length >= whole) return message.subarray(4, whole);
  }
}

class Fields {
  readonly bytes: Buffer;
  at: number;
  readonly end: number;
  bad: boolean;

  constructor(bytes: Buffer, at: number, end: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.bad = false;
  }

  get more(): boolean {
    return !this.bad && this.at < this.end;
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

  /** A vector with a length of `size` bytes in front. */
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

  text(): string {
    return this.bytes.latin1Slice(this.at, this.end);
  }
}

const SERVER_NAME = 0;
const GROUPS = 10;
const SIGNATURES = 13;
const ALPN = 16;
const TICKET = 35;
const PRE_SHARED_KEY = 41;
const VERSIONS = 43;
const KEY_SHARE = 51;

function parseHello(message: Buffer): ClientHello | null {
  const hello = new Fields(message, 0, message.length);
  const legacyVersion = hello.number(2);
  hello.skip(32);
  hello.vector(1);
  const cipherSuites = hello.vector(2).numbers(2);
  hello.vector(1);
  if (hello.bad) return null;
  let serverName = '';
  let alpn: string[] = [];
  let versions = [legacyVersion];
  let groups: number[] = [];
  let keyShares: number[] = [];
  let signatureAlgorithms: number[] = [];
  let resumes = false;
  const extensions = hello.more ? hello.vector(2) : hello;
  while (extensions.more) {
    const type = extensions.number(2);
    const data = extensions.vector(2);
    if (extensions.bad) return null;
    if (type === SERVER_NAME) serverName = readServerName(data);
    else if (type === ALPN) alpn = readAlpn(data);
    else if (type === VERSIONS) versions = data.vector(1).numbers(2);
    else if (type === GROUPS) groups = data.vector(2).numbers(2);
    else if (type === SIGNATURES) signatureAlgorithms = data.vector(2).numbers(2);
    else if (type === KEY_SHARE) keyShares = readKeyShares(data);
    else if (type === PRE_SHARED_KEY) resumes = true;
    else if (type === TICKET) resumes ||= data.more;
  }
  if (extensions.bad) return null;
  return { serverName, alpn, versions, cipherSuites, groups, keyShares, signatureAlgorithms, resumes };
}

function readServerName(data: Fields): string {
  const names = data.vector(2);
  while (names.more) {
    const kind = names.number(1);
    const name = names.vector(2);
    if (kind === 0 && !names.bad) return name.text();
  }
  return '';
}

function readAlpn(data: Fields): string[] {
  const list = data.vector(2);
  const protocols: string[] = [];
  while (list.more) {
    const name = list.vector(1);
    if (!list.bad) protocols.push(name.text());
  }
  return protocols;
}

function readKeyShares(data: Fields): number[] {
  const list = data.vector(2);
  const groups: number[] = [];
  while (list.more) {
    const group = list.number(2);
    list.vector(2);
    if (!list.bad) groups.push(group);
  }
  return groups;
}
