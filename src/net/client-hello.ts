/**
 * What a server wants to know of a ClientHello before it wraps the socket (RFC 8446 §4.1.2, RFC 6066 §3, RFC 7301): server name,
 * protocols, and what certificate and key exchange the client can deal with. Nothing of it is checked beyond its framing; OpenSSL
 * reads the same bytes again and has the last word.
 */
import {
  ALPN,
  type Fields,
  HelloHead,
  HelloRecords,
  type HelloRules,
  RECORD_HEADER,
  RECORDS_PART,
  RECORDS_WHOLE,
  SERVER_NAME,
} from './hello-records.ts';

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

/** OpenSSL takes no empty records and no alerts here either. */
const RULES: HelloRules = { maxRecord: MAX_HELLO_BYTES, maxMessage: MAX_HELLO_BYTES, maxEmpty: 0, maxWarnings: 0, alone: false };
const CLIENT_HELLO = 1;

/** Reads the hello at the start of `bytes`, over as many records as it takes. */
export function readClientHello(bytes: Buffer): ClientHello | typeof HELLO_PART | typeof HELLO_NONE {
  const records = new HelloRecords(RULES);
  const status = records.read(bytes);
  if (status === RECORDS_WHOLE) return parseHello(records.message as Buffer) ?? HELLO_NONE;
  if (status !== RECORDS_PART || bytes.length > MAX_HELLO_BYTES) return HELLO_NONE;
  // Another message is known from its first byte.
  return bytes.length > RECORD_HEADER && bytes[RECORD_HEADER] !== CLIENT_HELLO ? HELLO_NONE : HELLO_PART;
}

const GROUPS = 10;
const SIGNATURES = 13;
const TICKET = 35;
const PRE_SHARED_KEY = 41;
const VERSIONS = 43;
const KEY_SHARE = 51;

function parseHello(message: Buffer): ClientHello | null {
  const hello = new HelloHead(message);
  if (hello.bad) return null;
  const cipherSuites = hello.cipherSuites.numbers(2);
  let serverName = '';
  let alpn: string[] = [];
  let versions = [hello.version];
  let groups: number[] = [];
  let keyShares: number[] = [];
  let signatureAlgorithms: number[] = [];
  let resumes = false;
  const { extensions } = hello;
  while (extensions?.more === true) {
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
  if (extensions?.bad === true) return null;
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
