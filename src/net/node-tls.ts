/**
 * TLS on accepted sockets and to hosts: on Node releases whose private parts are known a TlsStream, on others a `tls.TLSSocket` (events
 * instead of the static read buffer, no client sessions).
 *
 * Both write through Node's TLSWrap. Its writes differ from those of a plain stream: bytes are encrypted (or copied)
 * before `writeBuffer` returns, so the caller's buffer is free at once; the end is always told later; and a second write before
 * that end is an assertion that ends the process.
 */
import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { ConnectionOptions, SecureContext, TLSSocket, TLSSocketOptions } from 'node:tls';
import type { LoopMemory } from './loop-memory.ts';
import { type TlsBeginning, TlsStream, type TlsWrap, tlsParts } from './tls-stream.ts';

export interface TlsServerOptions {
  readonly context: SecureContext;
  /** Certificate, key and trust where `context` has none; null: `context` has all. */
  readonly identity: SecureContext | null;
  /** Ask the client for a certificate; with `requireCert` its absence is an alert in the handshake. */
  readonly requestCert: boolean;
  readonly requireCert: boolean;
  /** Wire form (RFC 7301 §3.1), or null: no ALPN. A list without overlap makes OpenSSL fail the handshake. */
  readonly alpn: Buffer | null;
}

export interface TlsClientOptions {
  readonly context: SecureContext;
  readonly alpn: Buffer | null;
  /** SNI, '' for none. */
  readonly serverName: string;
  /** From an earlier connection, null for a full handshake. */
  readonly session: Buffer | null;
  /** Plain text that goes before the handshake, null for none. */
  readonly preface: Buffer | null;
}

/** What certificate verification of OpenSSL said. */
export interface VerifyError {
  /** `CERT_HAS_EXPIRED` … (X509_V_ERR_ without the prefix). */
  readonly code: string;
  readonly message: string;
}

interface PrivateSocket {
  _handle: TlsHandle | null;
  _releaseControl(): boolean;
}

interface TlsHandle extends TlsWrap {
  onnewsession: ((this: TlsHandle, id: Buffer, session: Buffer) => void) | null;
  /** Ours. */
  sessionTaker?: SessionTaker;
  verifyError(): VerifyError | null | undefined;
  getSession(): Buffer | undefined;
  enableSessionCallbacks(): void;
  setServername(name: string): void;
  writeBuffer(request: null, data: Buffer): number | TlsWriteRequest;
  writev(request: null, chunks: readonly Buffer[], allBuffers: true): number | TlsWriteRequest;
}

/** Reads into the loop's memory and is written to directly. */
export function isDirect(socket: TLSSocket): boolean {
  return (socket as object) instanceof TlsStream;
}

/** Hears of each session that the server offers (RFC 8446 §4.6.1), possibly before the handshake is done. */
export interface SessionTaker {
  onSession(session: Buffer): void;
}

/** Hears that the kernel has everything of the last write; a negative `status` is an error number. */
export interface TlsWriter {
  onWritten(status: number): void;
}

interface TlsWriteRequest {
  handle: TlsHandle;
  buffer: Buffer | readonly Buffer[];
  async: boolean;
  oncomplete: (this: TlsWriteRequest, status: number) => void;
  writeStatus: number | null;
  writer: TlsWriter;
}

class ServerBeginning implements TlsBeginning {
  readonly isServer = true;
  readonly context: SecureContext;
  private readonly options: TlsServerOptions;

  constructor(options: TlsServerOptions) {
    this.context = options.context;
    this.options = options;
  }

  prepare(handle: TlsWrap): void {
    const { requestCert, requireCert, alpn, identity } = this.options;
    if (requestCert || requireCert) handle.setVerifyMode(requestCert, requireCert);
    if (alpn !== null) handle.setALPNProtocols(alpn);
    if (identity !== null) handle.setKeyCert(identity.context);
  }
}

/**
 * TLS on an accepted socket, which must be paused and is dead afterwards (on other Nodes it stays underneath). `hello` is what was
 * read of it; hand it over with `feed` when the connection is made.
 */
export function acceptTls(accepted: Socket, memory: LoopMemory, options: TlsServerOptions): TLSSocket | null {
  const plain = accepted as unknown as PrivateSocket;
  if (plain._handle === null || accepted.destroyed) return null;
  const parts = tlsParts();
  if (parts !== null) {
    const stream = new TlsStream(memory, parts, new ServerBeginning(options));
    stream.take(accepted);
    return stream as unknown as TLSSocket;
  }
  const { alpn, identity } = options;
  const common: TLSSocketOptions = {
    isServer: true,
    secureContext: options.context,
    requestCert: options.requestCert,
    rejectUnauthorized: options.requireCert,
  };
  if (alpn !== null) common.ALPNProtocols = alpn;
  const { TLSSocket } = process.getBuiltinModule('node:tls');
  const socket = new TLSSocket(accepted, common);
  // Before the handshake: it presents this certificate and trusts these authorities.
  if (identity !== null) (socket as unknown as { setKeyCert(context: SecureContext): void }).setKeyCert(identity);
  return released(socket);
}

/** Bytes that were read before TLS began. */
export function feed(socket: TLSSocket, accepted: Socket, data: Buffer): void {
  if (!isDirect(socket)) {
    accepted.unshift(data);
    return;
  }
  (socket as unknown as PrivateSocket)._handle?.receive(data);
  socket.read(0);
}

class ClientBeginning implements TlsBeginning {
  readonly isServer = false;
  readonly context: SecureContext;
  private readonly options: TlsClientOptions;
  private readonly sessions: SessionTaker | null;

  constructor(options: TlsClientOptions, sessions: SessionTaker | null) {
    this.context = options.context;
    this.options = options;
    this.sessions = sessions;
  }

  prepare(wrap: TlsWrap): void {
    const handle = wrap as TlsHandle;
    const { alpn, session, serverName } = this.options;
    // A client sees the certificate whatever it is; who checks it is the connection's owner.
    handle.setVerifyMode(true, false);
    if (alpn !== null) handle.setALPNProtocols(alpn);
    if (session !== null) handle.setSession(session);
    if (serverName !== '') handle.setServername(serverName);
    if (this.sessions !== null) {
      handle.sessionTaker = this.sessions;
      handle.onnewsession = onNewSession;
      handle.enableSessionCallbacks();
    }
  }
}

/** TLS on `plain`, which is on its way: the handshake begins when TCP is established. */
export function openTls(plain: Socket, memory: LoopMemory, options: TlsClientOptions, sessions: SessionTaker | null): TLSSocket {
  const parts = tlsParts();
  if (parts !== null) {
    const stream = new TlsStream(memory, parts, new ClientBeginning(options, sessions));
    stream.wait(plain, options.preface);
    return stream as unknown as TLSSocket;
  }
  const { alpn, context, serverName, preface } = options;
  const own = { secureContext: context, rejectUnauthorized: false, checkServerIdentity: () => undefined, servername: serverName };
  const protocols = alpn === null ? {} : { ALPNProtocols: alpn };
  if (preface !== null) plain.write(preface);
  return process.getBuiltinModule('node:tls').connect({ socket: plain, ...own, ...protocols } as unknown as ConnectionOptions);
}

function onNewSession(this: TlsHandle, _id: Buffer, session: Buffer): void {
  this.sessionTaker?.onSession(session);
}

/** From here on errors are events of the socket. */
function released(socket: TLSSocket): TLSSocket {
  (socket as unknown as PrivateSocket)._releaseControl();
  return socket;
}

/** Null: the chain leads to a trusted certificate. Asked after the handshake; where Node does not tell, the answer is an error. */
export function verifyError(socket: TLSSocket): VerifyError | null {
  const handle = (socket as unknown as PrivateSocket)._handle;
  if (typeof handle?.verifyError !== 'function') return { code: 'APPLICATION_VERIFICATION', message: 'unknown' };
  return handle.verifyError() ?? null;
}

/** What OpenSSL remembers of a session. */
export interface TlsSessionFacts {
  /** Lower-case hex, '' when there is none (sessions that live in tickets). */
  readonly id: string;
  /** DER of the peer's certificate, null when it showed none. */
  readonly peer: Buffer | null;
}

const SEQUENCE = 0x30;
const OCTET_STRING = 0x04;
/** `peer` of SSL_SESSION (OpenSSL ssl/ssl_asn1.c). */
const PEER = 0xa3;

/**
 * Both facts stand in the encoding of the session: reading it costs 2 µs, a certificate object of Node and its DER 55 µs. Where the
 * encoding is not as it is known, Node's object is asked.
 */
export function sessionFacts(socket: TLSSocket): TlsSessionFacts {
  const session = (socket as unknown as PrivateSocket)._handle?.getSession?.();
  if (isDirect(socket) && session !== undefined && session[0] === SEQUENCE) {
    // Version, protocol, cipher, session id, master key, and then what is tagged.
    let at = contentAt(session, 0);
    for (let field = 0; field < 3; field++) at = valueEnd(session, at);
    if (session[at] === OCTET_STRING) {
      const id = session.toString('hex', contentAt(session, at), valueEnd(session, at));
      while (at < session.length && session[at] !== PEER) at = valueEnd(session, at);
      return { id, peer: at < session.length ? session.subarray(contentAt(session, at), valueEnd(session, at)) : null };
    }
  }
  return { id: '', peer: socket.getPeerX509Certificate()?.raw ?? null };
}

/** Where the content of the value begins whose tag stands at `at`. */
function contentAt(der: Buffer, at: number): number {
  const first = der[at + 1] as number;
  return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
}

/** Beyond the end of `der` for anything that is no DER, so that loops end. */
function valueEnd(der: Buffer, at: number): number {
  const first = der[at + 1] ?? 0;
  if (first < 0x80) return at + 2 + first;
  const size = first & 0x7f;
  if (size === 0 || size > 4 || at + 2 + size > der.length) return der.length;
  return contentAt(der, at) + der.readUIntBE(at + 2, size);
}

/** DER of what the peer sent, its own certificate first; null when that cannot be asked any more. */
export function peerChain(socket: TLSSocket): Buffer[] | null {
  let certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return null;
  const chain: Buffer[] = [];
  // Nobody sends more, and a chain must not run in circles.
  while (certificate !== undefined && chain.length < MAX_CHAIN) {
    chain.push(certificate.raw);
    const issuer: X509Certificate | undefined = certificate.issuerCertificate;
    certificate = issuer?.fingerprint256 === certificate.fingerprint256 ? undefined : issuer;
  }
  return chain;
}

const MAX_CHAIN = 16;

/** Everything has left, or an error came: see the writer. */
export const TLS_WRITTEN = 0 as const;
/** `writer.onWritten` follows; no other write until then. */
export const TLS_WRITING = 1 as const;
export type TlsWrote = typeof TLS_WRITTEN | typeof TLS_WRITING;

/** One or more buffers as records of at most 16 KiB (RFC 8446 §5.1), which OpenSSL fills. The buffers are free on return. */
export function writeTls(socket: TLSSocket, data: Buffer | readonly Buffer[], writer: TlsWriter): TlsWrote {
  const handle = (socket as unknown as PrivateSocket)._handle;
  if (handle === null) return TLS_WRITTEN;
  const result = Buffer.isBuffer(data) ? handle.writeBuffer(null, data) : handle.writev(null, data as readonly Buffer[], true);
  // An error: the socket hears of it by itself.
  if (typeof result === 'number') return TLS_WRITTEN;
  if (result.writeStatus !== null && result.writeStatus !== undefined) return TLS_WRITTEN;
  result.handle = handle;
  result.async = true;
  result.oncomplete = onComplete;
  result.writer = writer;
  return TLS_WRITING;
}

function onComplete(this: TlsWriteRequest, status: number): void {
  this.writer.onWritten(status);
}
