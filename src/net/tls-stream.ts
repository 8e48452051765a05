/**
 * TLS on a kernel socket without Node's stream machinery: TLSWrap of Node, which runs OpenSSL, and as little around it as a
 * connection needs. A `tls.TLSSocket` is a duplex stream with a dozen listeners and some closures; making and ending one costs
 * as much as the cryptography of the handshake. Like accepted-socket.ts this is for one major release: see `tlsParts`.
 *
 * It stands where a TLSSocket would stand and has the methods that connections use, but tells its `reader` directly.
 */
import type { Socket } from 'node:net';
import { getSystemErrorName } from 'node:util';
import { CAN_ADOPT } from './accepted-socket.ts';
import type { LoopMemory } from './loop-memory.ts';
import type { SocketError } from './socket-errors.ts';
import type { TlsConnection } from './tls-connection.ts';

/** uv/errno.h */
const UV_EOF = -4095;

/** The TLSWrap: what Node's own TLSSocket calls. */
export interface TlsWrap {
  /** Ours. */
  stream: TlsStream | null;
  secureContext: unknown;
  _parent: KernelHandle;
  reading: boolean;
  onread: (this: TlsWrap) => Buffer | undefined;
  onerror: (this: TlsWrap, error: SocketError) => void;
  onhandshakedone: (this: TlsWrap) => void;
  readonly writeQueueSize: number;
  readStart(): number;
  readStop(): number;
  useUserBuffer(buffer: Buffer): void;
  shutdown(request: ShutdownRequest): number;
  destroySSL(): void;
  start(): void;
  receive(data: Buffer): void;
  setVerifyMode(request: boolean, reject: boolean): void;
  setALPNProtocols(protocols: Buffer): void;
  setKeyCert(context: unknown): void;
  setSession(session: Buffer): void;
  getALPNNegotiatedProtocol(): string | false;
  getProtocol(): string;
  getCipher(): { readonly name: string };
  getEphemeralKeyInfo(): object | null;
  isSessionReused(): boolean;
}

/** TCP or Pipe of Node. */
interface KernelHandle {
  /** Ours: whoever keeps the handle keeps the TLS on it. */
  tlsWrap?: TlsWrap | null;
  /** Ours: who takes what comes before TLS begins. */
  firstReader?: FirstReader | null;
  reading?: boolean;
  onread: (this: KernelHandle) => undefined;
  readStart(): number;
  readStop(): number;
  useUserBuffer(buffer: Buffer): void;
  readonly fd: number;
  close(done: () => void): void;
  setNoDelay?(on: boolean): number;
  setKeepAlive?(on: boolean, delay: number, interval: number, count: number): number;
  getsockname?(out: object): number;
  writeBuffer(request: null, data: Buffer): number | { buffer: Buffer; oncomplete: () => void };
}

interface PlainSocket extends Socket {
  _handle: KernelHandle | null;
  tlsStream: TlsStream;
  preface: Buffer | null;
}

/** Of `shutdown`; it answers 0 when it is told later, 1 when it is done, or an error number. */
interface ShutdownRequest {
  stream: TlsStream;
  oncomplete: (this: ShutdownRequest, status: number) => void;
}

interface TlsParts {
  readonly wrap: (handle: KernelHandle, context: unknown, isServer: boolean, writing: boolean) => TlsWrap;
  readonly ShutdownWrap: new () => ShutdownRequest;
  /** `[0]` is the length of what was read, or a negative error number. */
  readonly state: Int32Array;
  /** Node's certificate object of the peer, for any object with a `_handle`. */
  readonly peerCertificate: (this: unknown) => unknown;
}

let parts: TlsParts | null | undefined;

/** The private parts; null where Node has other ones, and a TLSSocket has to do. Loaded with the first connection. */
export function tlsParts(): TlsParts | null {
  if (parts === undefined) parts = CAN_ADOPT ? findParts() : null;
  return parts;
}

function findParts(): TlsParts | null {
  try {
    const { TLSSocket } = process.getBuiltinModule('node:tls');
    const { binding } = process as unknown as { binding(name: string): Record<string, unknown> };
    const { wrap } = binding('tls_wrap');
    const { ShutdownWrap, streamBaseState, kReadBytesOrError } = binding('stream_wrap');
    if (typeof wrap !== 'function' || typeof ShutdownWrap !== 'function' || !(streamBaseState instanceof Int32Array)) return null;
    if (kReadBytesOrError !== 0) return null;
    const peerCertificate = TLSSocket.prototype.getPeerX509Certificate;
    return { wrap, ShutdownWrap, state: streamBaseState, peerCertificate } as unknown as TlsParts;
  } catch {
    return null;
  }
}

/** Takes the first bytes of a connection. */
export interface FirstReader {
  /** `data` is the loop's: what is needed later has to be copied. */
  onFirst(data: Buffer): void;
  /** The peer left, or the socket broke. */
  onFailed(): void;
}

/** Reads an accepted, paused socket past its stream until TLS begins on it. False where that cannot be done. */
export function readFirst(plain: Socket, memory: LoopMemory, reader: FirstReader): boolean {
  const handle = (plain as PlainSocket)._handle;
  if (tlsParts() === null || handle === null || plain.readableLength > 0) return false;
  handle.firstReader = reader;
  handle.onread = onFirstRead;
  handle.useUserBuffer(memory.shared.buffer);
  if (handle.reading !== true) {
    handle.reading = true;
    handle.readStart();
  }
  firstBuffer = memory.shared.buffer;
  return true;
}

/** Nothing more comes to the first reader. */
export function stopFirst(plain: Socket): void {
  const handle = (plain as PlainSocket)._handle;
  if (handle !== null) handle.firstReader = null;
}

/** Where they are read: one loop, one shared block. */
let firstBuffer: Buffer | null = null;

function onFirstRead(this: KernelHandle): undefined {
  const reader = this.firstReader;
  const length = (parts as TlsParts).state[0] as number;
  if (reader === null || reader === undefined || length === 0) return;
  if (length > 0) reader.onFirst((firstBuffer as Buffer).subarray(0, length));
  else reader.onFailed();
}

/** How TLS begins on a socket. */
export interface TlsBeginning {
  readonly isServer: boolean;
  /** A `tls.SecureContext`. */
  readonly context: { readonly context: unknown };
  /** Before the first byte. */
  prepare(handle: TlsWrap): void;
}

export class TlsStream {
  /** Null before TCP stands and once it is destroyed. */
  _handle: TlsWrap | null;
  /** Who is told; set before anything can come. */
  reader: TlsConnection | null;
  destroyed: boolean;
  writableEnded: boolean;
  writableFinished: boolean;
  readonly memory: LoopMemory;
  readonly parts: TlsParts;
  readonly beginning: TlsBeginning;
  /** While it connects. */
  private plain: PlainSocket | null;
  private parent: KernelHandle | null;
  private buffer: Buffer;
  private established: boolean;
  private failed: boolean;
  private ended: boolean;
  /** Why it was destroyed, until the reader knows. */
  error: SocketError | null;

  constructor(memory: LoopMemory, parts: TlsParts, beginning: TlsBeginning) {
    this._handle = null;
    this.reader = null;
    this.destroyed = false;
    this.writableEnded = false;
    this.writableFinished = false;
    this.memory = memory;
    this.parts = parts;
    this.beginning = beginning;
    this.plain = null;
    this.parent = null;
    this.buffer = memory.shared.buffer;
    this.established = false;
    this.failed = false;
    this.ended = false;
    this.error = null;
  }

  /** `plain` must be connected and paused; it is dead afterwards. */
  take(plain: Socket): void {
    const { beginning, parts } = this;
    const owner = plain as PlainSocket;
    const parent = owner._handle as KernelHandle;
    owner._handle = null;
    this.parent = parent;
    const handle = parts.wrap(parent, beginning.context.context, beginning.isServer, false);
    this._handle = handle;
    handle.stream = this;
    handle.secureContext = beginning.context;
    handle._parent = parent;
    handle.reading = parent.reading === true;
    handle.onread = onRead;
    handle.onerror = onError;
    handle.onhandshakedone = onHandshakeDone;
    handle.useUserBuffer(this.buffer);
    parent.tlsWrap = handle;
    beginning.prepare(handle);
  }

  // ── while it connects ───────────────────────────────────────────────────────────────────────────────────────────

  /** Begins TLS when `plain` is connected; `preface` goes before. */
  wait(plain: Socket, preface: Buffer | null): void {
    const waiting = plain as PlainSocket;
    waiting.tlsStream = this;
    waiting.preface = preface;
    this.plain = waiting;
    waiting.pause();
    waiting.on('connect', onPlainConnect);
    waiting.on('error', onPlainError);
    waiting.on('close', onPlainClose);
  }

  onPlainConnect(plain: PlainSocket): void {
    this.plain = null;
    if (this.destroyed) return;
    this.take(plain);
    const handle = this._handle as TlsWrap;
    if (plain.preface !== null) writeUnder(handle._parent, plain.preface);
    this.reader?.onConnected();
    if (this.destroyed) return;
    this.read(0);
    handle.start();
  }

  // ── what Node tells ─────────────────────────────────────────────────────────────────────────────────────────────

  onRead(length: number): Buffer | undefined {
    if (this.destroyed) return undefined;
    if (length > 0) {
      this.reader?.onRead(length, this.buffer);
      const { memory } = this;
      if (memory.stay) {
        memory.stay = false;
        return undefined;
      }
      const next = memory.next ?? memory.shared;
      memory.next = null;
      if (next.buffer === this.buffer) return undefined;
      this.buffer = next.buffer;
      return next.buffer;
    }
    if (length === UV_EOF) this.onEnd();
    else if (length < 0) this.destroy(readError(length));
    return undefined;
  }

  private onEnd(): void {
    if (this.ended) return;
    this.ended = true;
    this.reader?.onEnded();
    if (this.writableFinished) this.destroy();
  }

  onHandshakeDone(): void {
    if (this.established || this.destroyed) return;
    this.established = true;
    this.reader?.onSecure();
  }

  onError(error: SocketError): void {
    if (this.failed || this.destroyed) return;
    this.failed = true;
    this.destroy(error);
  }

  onShutdown(): void {
    this.writableFinished = true;
    if (this.ended) this.destroy();
  }

  // ── what connections ask for ────────────────────────────────────────────────────────────────────────────────────

  /** Begins or goes on to read. */
  read(_size: number): null {
    const handle = this._handle;
    if (handle !== null && !handle.reading) {
      handle.reading = true;
      handle.readStart();
    }
    return null;
  }

  pause(): void {
    const handle = this._handle;
    if (handle === null || !handle.reading) return;
    handle.reading = false;
    handle.readStop();
  }

  resume(): void {
    this.read(0);
  }

  /** close_notify and FIN behind everything that was written. */
  end(): void {
    const handle = this._handle;
    if (this.writableEnded || handle === null) return;
    this.writableEnded = true;
    const request = new this.parts.ShutdownWrap();
    request.stream = this;
    request.oncomplete = onShutdown;
    const result = handle.shutdown(request);
    if (result === 1) this.onShutdown();
    else if (result < 0) this.destroy();
  }

  /** Closes the descriptor; the reader hears of the error at the end of the turn, and then that it is gone. */
  destroy(error: SocketError | null = null): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.error = error;
    // The library may be at work below us: an alert that it has written is on its way, and it must not vanish under its own call.
    if (this.plain !== null) this.plain.destroy();
    else if (error === null) this.close();
    else process.nextTick(close, this);
  }

  close(): void {
    const { _handle: handle, error, parent } = this;
    if (handle === null || parent === null) return;
    if (error !== null) this.reader?.onError(error);
    this._handle = null;
    handle.onread = ignore;
    parent.close(onClosed);
  }

  setNoDelay(on: boolean): void {
    if (this.plain !== null) this.plain.setNoDelay(on);
    else if (!this.destroyed) this.parent?.setNoDelay?.(on);
  }

  /** Events are calls of the reader. */
  on(_event: string, _listener: unknown): void {}

  get localAddress(): string | undefined {
    return this.localName().address;
  }

  get localPort(): number | undefined {
    return this.localName().port;
  }

  private localName(): { address?: string; port?: number } {
    const name = {};
    if (this._handle !== null) this.parent?.getsockname?.(name);
    return name;
  }

  get writableLength(): number {
    return 0;
  }

  get alpnProtocol(): string | false {
    return this._handle?.getALPNNegotiatedProtocol() ?? false;
  }

  getProtocol(): string | null {
    return this._handle?.getProtocol() ?? null;
  }

  getCipher(): { readonly name: string } | null {
    return this._handle?.getCipher() ?? null;
  }

  getEphemeralKeyInfo(): object | null {
    return this._handle?.getEphemeralKeyInfo() ?? null;
  }

  isSessionReused(): boolean {
    return this._handle?.isSessionReused() ?? false;
  }

  getPeerX509Certificate(): unknown {
    return this.parts.peerCertificate.call(this);
  }
}

function onClosed(this: KernelHandle): void {
  const handle = this.tlsWrap as TlsWrap;
  const stream = handle.stream;
  this.tlsWrap = null;
  handle.stream = null;
  handle.destroySSL();
  stream?.reader?.onSocketGone();
}

/** The kernel of a new connection takes it at once; where it does not, the request keeps the bytes. Errors come back to TLS. */
function writeUnder(parent: KernelHandle, data: Buffer): void {
  const result = parent.writeBuffer(null, data);
  if (typeof result === 'number') return;
  result.buffer = data;
  result.oncomplete = nothing;
}

function nothing(): void {}

function onPlainConnect(this: PlainSocket): void {
  this.tlsStream.onPlainConnect(this);
}

function onPlainError(this: PlainSocket, error: SocketError): void {
  this.tlsStream.reader?.onError(error);
}

function onPlainClose(this: PlainSocket): void {
  const stream = this.tlsStream;
  stream.destroyed = true;
  stream.reader?.onSocketGone();
}

function onRead(this: TlsWrap): Buffer | undefined {
  const stream = this.stream;
  return stream === null ? undefined : stream.onRead((parts as TlsParts).state[0] as number);
}

function onError(this: TlsWrap, error: SocketError): void {
  this.stream?.onError(error);
}

function onHandshakeDone(this: TlsWrap): void {
  this.stream?.onHandshakeDone();
}

function onShutdown(this: ShutdownRequest, _status: number): void {
  this.stream.onShutdown();
}

function ignore(this: TlsWrap): undefined {}

function close(stream: TlsStream): void {
  stream.close();
}

function readError(errno: number): SocketError {
  const code = getSystemErrorName(errno);
  return Object.assign(new Error(`read ${code}`), { errno, code, syscall: 'read' });
}
