import type { Socket } from 'node:net';
import { type ClientHello, HELLO_PART, readClientHello } from '../../../src/net/client-hello.ts';
import type { LoopMemory } from '../../../src/net/loop-memory.ts';
import { type FirstReader, readFirst, stopFirst } from '../../../src/net/tls-stream.ts';

export interface HelloOwner {
  /** Null: these bytes are no ClientHello; OpenSSL will say what they are. */
  onHello(hello: ClientHello | null, bytes: Buffer): void;
  /** The peer left, or the socket broke. */
  onHelloFailed(): void;
}

interface ReadSocket extends Socket {
  helloReader: HelloReader | null;
}

/** Reads an accepted, paused socket until the ClientHello is whole, for listeners without a TLS inspector. */
export class HelloReader implements FirstReader {
  private readonly socket: ReadSocket;
  private readonly owner: HelloOwner;
  private bytes: Buffer | null;

  constructor(socket: Socket, bytes: Buffer | null, owner: HelloOwner) {
    this.socket = socket as ReadSocket;
    this.owner = owner;
    this.bytes = bytes;
  }

  start(memory: LoopMemory): void {
    const { socket } = this;
    if (readFirst(socket, memory, this)) return;
    socket.helloReader = this;
    socket.on('readable', onReadable);
    socket.on('end', onEnd);
    socket.on('error', onEnd);
  }

  stop(): void {
    const { socket } = this;
    stopFirst(socket);
    if (socket.helloReader !== this) return;
    socket.helloReader = null;
    socket.off('readable', onReadable);
    socket.off('end', onEnd);
    // 'error' stays: nobody else listens until TLS takes over.
  }

  onReadable(): void {
    const chunk = this.socket.read() as Buffer | null;
    if (chunk !== null) this.onFirst(chunk);
  }

  onFirst(data: Buffer): void {
    const bytes = this.bytes === null ? data : Buffer.concat([this.bytes, data]);
    const hello = readClientHello(bytes);
    if (hello === HELLO_PART) {
      this.bytes = bytes === data ? Buffer.from(data) : bytes;
      return;
    }
    this.stop();
    this.owner.onHello(typeof hello === 'number' ? null : hello, bytes);
  }

  onFailed(): void {
    this.stop();
    this.owner.onHelloFailed();
  }
}

function onReadable(this: ReadSocket): void {
  this.helloReader?.onReadable();
}

function onEnd(this: ReadSocket): void {
  this.helloReader?.onFailed();
}
