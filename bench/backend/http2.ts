import net from 'node:net';
import { fixedBody } from './reply.ts';

const PREFACE_BYTES = 24;
const DATA = 0,
  HEADERS = 1,
  SETTINGS = 4,
  PING = 6,
  GOAWAY = 7,
  WINDOW_UPDATE = 8;
const END_STREAM = 1,
  ACK = 1;

/** A frame with its nine bytes of head (RFC 9113 §4.1). */
export function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.allocUnsafe(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A header field as a literal without indexing and without Huffman (RFC 7541 §6.2.2); name and value below 127 bytes. */
export function literal(name: string, value: string): Buffer {
  return Buffer.from(`\0${String.fromCharCode(name.length)}${name}${String.fromCharCode(value.length)}${value}`, 'latin1');
}

/** HEADERS, DATA and, as gRPC has it, trailers: one buffer whose stream ids are patched for each answer. */
export type ReplyTemplate = { readonly bytes: Buffer; readonly streamIdAt: readonly number[]; readonly dataBytes: number };

export function replyTemplate(bodyBytes: number, trailers: boolean, frameBytes = 16_384): ReplyTemplate {
  const head = Buffer.concat([
    Buffer.from([0x88]),
    literal('server', 'bench'),
    literal('content-type', trailers ? 'application/grpc' : 'text/plain'),
    ...(trailers ? [] : [literal('content-length', String(bodyBytes))]),
  ]);
  const frames = [frame(HEADERS, 4, 0, head)];
  const body = fixedBody(bodyBytes);
  for (let at = 0; at < bodyBytes; at += frameBytes) {
    const last = at + frameBytes >= bodyBytes && !trailers;
    frames.push(frame(DATA, last ? END_STREAM : 0, 0, body.subarray(at, at + frameBytes)));
  }
  if (trailers) frames.push(frame(HEADERS, 4 | END_STREAM, 0, literal('grpc-status', '0')));
  const streamIdAt: number[] = [];
  let at = 0;
  for (const one of frames) {
    streamIdAt.push(at + 5);
    at += one.length;
  }
  return { bytes: Buffer.concat(frames), streamIdAt, dataBytes: bodyBytes };
}

/** A reply larger than a stream's window, and what is left of it. */
type Sending = { readonly stream: number; left: number; window: number };

/** Payload of the DATA frames of large replies. */
const CHUNK = fixedBody(16_384);

/** One connection: looks at frame heads alone, answers each stream when its last frame is here. */
class Connection {
  readonly socket: net.Socket;
  readonly template: ReplyTemplate;
  carry: Buffer | null = null;
  prefaceLeft = PREFACE_BYTES;
  sendWindow = 65_535;
  received = 0;
  readonly waiting: number[] = [];
  /** The peer's SETTINGS_INITIAL_WINDOW_SIZE. */
  streamWindow = 65_535;
  readonly sending = new Map<number, Sending>();
  out: Buffer[] = [];

  constructor(socket: net.Socket, template: ReplyTemplate) {
    this.socket = socket;
    this.template = template;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('error', () => socket.destroy());
    // 1000 streams, stream windows of 1 MiB, a connection window that is topped up below.
    const settings = Buffer.alloc(12);
    settings.writeUInt16BE(3, 0);
    settings.writeUInt32BE(1000, 2);
    settings.writeUInt16BE(4, 6);
    settings.writeUInt32BE(1 << 20, 8);
    socket.write(Buffer.concat([frame(SETTINGS, 0, 0, settings), this.credit(1 << 24)]));
  }

  credit(bytes: number): Buffer {
    const payload = Buffer.allocUnsafe(4);
    payload.writeUInt32BE(bytes, 0);
    return frame(WINDOW_UPDATE, 0, 0, payload);
  }

  take(chunk: Buffer): void {
    const bytes = this.carry === null ? chunk : Buffer.concat([this.carry, chunk]);
    this.carry = null;
    let at = Math.min(this.prefaceLeft, bytes.length);
    this.prefaceLeft -= at;
    while (bytes.length - at >= 9) {
      const length = bytes.readUIntBE(at, 3);
      if (bytes.length - at < 9 + length) break;
      this.frame(bytes[at + 3] ?? 0, bytes[at + 4] ?? 0, bytes.readUInt32BE(at + 5), bytes.subarray(at + 9, at + 9 + length));
      at += 9 + length;
    }
    if (at < bytes.length) this.carry = Buffer.from(bytes.subarray(at));
    if (this.received > 1 << 23) {
      this.out.push(this.credit(this.received));
      this.received = 0;
    }
    if (this.template.dataBytes > this.streamWindow) {
      for (const stream of this.waiting) this.begin(stream);
      this.waiting.length = 0;
      for (const one of this.sending.values()) this.push(one);
    }
    while (this.waiting.length > 0 && this.sendWindow >= this.template.dataBytes) this.answer(this.waiting.shift() ?? 0);
    if (this.out.length > 0) {
      this.socket.write(this.out.length === 1 ? (this.out[0] ?? '') : Buffer.concat(this.out));
      this.out = [];
    }
  }

  frame(type: number, flags: number, stream: number, payload: Buffer): void {
    if (type === DATA) this.received += payload.length;
    if ((type === DATA || type === HEADERS) && (flags & END_STREAM) !== 0) this.waiting.push(stream);
    else if (type === SETTINGS && (flags & ACK) === 0) this.learn(payload);
    else if (type === PING && (flags & ACK) === 0) this.out.push(frame(PING, ACK, 0, payload));
    else if (type === WINDOW_UPDATE && stream === 0) this.sendWindow += payload.readUInt32BE(0);
    else if (type === WINDOW_UPDATE) {
      const one = this.sending.get(stream);
      if (one !== undefined) one.window += payload.readUInt32BE(0);
    } else if (type === GOAWAY) this.socket.end();
  }

  learn(settings: Buffer): void {
    for (let at = 0; at < settings.length; at += 6) {
      if (settings.readUInt16BE(at) === 4) this.streamWindow = settings.readUInt32BE(at + 2);
    }
    this.out.push(frame(SETTINGS, ACK, 0, Buffer.alloc(0)));
  }

  /** A reply that does not fit into the stream's window at once. */
  begin(stream: number): void {
    const head = Buffer.from(this.template.bytes.subarray(0, 9 + this.template.bytes.readUIntBE(0, 3)));
    head.writeUInt32BE(stream, 5);
    this.out.push(head);
    this.sending.set(stream, { stream, left: this.template.dataBytes, window: this.streamWindow });
  }

  push(one: Sending): void {
    while (one.left > 0) {
      const bytes = Math.min(one.left, one.window, this.sendWindow, CHUNK.length);
      if (bytes <= 0) return;
      one.left -= bytes;
      one.window -= bytes;
      this.sendWindow -= bytes;
      this.out.push(frame(DATA, one.left === 0 ? END_STREAM : 0, one.stream, CHUNK.subarray(0, bytes)));
    }
    this.sending.delete(one.stream);
  }

  answer(stream: number): void {
    const reply = Buffer.from(this.template.bytes);
    for (const at of this.template.streamIdAt) reply.writeUInt32BE(stream, at);
    this.sendWindow -= this.template.dataBytes;
    this.out.push(reply);
  }
}

/**
 * A cleartext HTTP/2 service (prior knowledge) with one answer for everything; with trailers when `grpc`. It keeps to
 * the connection's window, and to those of streams where the reply is larger than they are. Resolves to the listening server.
 */
export function serveHttp2(bytes: number, grpc: boolean, port: number, frameBytes = 16_384): Promise<net.Server> {
  const template = replyTemplate(bytes, grpc, frameBytes);
  const server = net.createServer((socket) => new Connection(socket, template));
  return new Promise((resolve) => {
    server.listen({ port, host: '127.0.0.1', backlog: 2048 }, () => resolve(server));
  });
}
