import net from 'node:net';
import tls from 'node:tls';
import { sideOf } from '../core/certificates.ts';
import { fixedReply } from './reply.ts';

const HEAD_END = Buffer.from('\r\n\r\n', 'latin1');

/** The number after `content-length:` in a head, 0 when there is none, -1 for a body without a length. */
export function bodyLength(head: string): number {
  const lower = head.toLowerCase();
  const at = lower.indexOf('\r\ncontent-length:');
  if (at >= 0) return Number.parseInt(lower.slice(at + 17), 10);
  return lower.includes('\r\ntransfer-encoding:') ? -1 : 0;
}

/** One connection: counts request bodies, answers each request with the same bytes once all of it is here. */
class Connection {
  readonly socket: net.Socket;
  readonly reply: Buffer;
  readonly carry: Buffer[] = [];
  bodyLeft = 0;
  inBody = false;
  due = 0;

  constructor(socket: net.Socket, reply: Buffer) {
    this.socket = socket;
    this.reply = reply;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('error', () => socket.destroy());
  }

  take(chunk: Buffer): void {
    let bytes = chunk;
    if (this.carry.length > 0) {
      this.carry.push(chunk);
      bytes = Buffer.concat(this.carry);
      this.carry.length = 0;
    }
    let at = 0;
    while (at < bytes.length) {
      if (this.inBody) {
        const part = Math.min(this.bodyLeft, bytes.length - at);
        this.bodyLeft -= part;
        at += part;
        if (this.bodyLeft === 0) {
          this.inBody = false;
          this.due++;
        }
        continue;
      }
      const end = bytes.indexOf(HEAD_END, at);
      if (end < 0) {
        this.carry.push(Buffer.from(bytes.subarray(at)));
        break;
      }
      // A GET has no body here; only other methods pay for a look at the head.
      const length = bytes[at] === 0x47 ? 0 : bodyLength(bytes.toString('latin1', at, end));
      at = end + 4;
      if (length > 0) {
        this.inBody = true;
        this.bodyLeft = length;
      } else if (length < 0) {
        this.socket.end('HTTP/1.1 411 Length Required\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
        return;
      } else {
        this.due++;
      }
    }
    for (; this.due > 0; this.due--) this.socket.write(this.reply);
  }
}

/** An HTTP/1.1 service that answers every request with 200 and `bytes` bytes. Resolves to the listening server. */
export function serveHttp1(bytes: number, port: number): Promise<net.Server> {
  const reply = fixedReply(bytes);
  const server = net.createServer((socket) => new Connection(socket, reply));
  return new Promise((resolve) => {
    server.listen({ port, host: '127.0.0.1', backlog: 2048 }, () => resolve(server));
  });
}

/** The same over TLS; whoever connects shows a certificate of the benchmark's authority. */
export function serveHttp1Tls(bytes: number, port: number, certificates: string): Promise<net.Server> {
  const reply = fixedReply(bytes);
  const server = tls.createServer({ ...sideOf(certificates, 'server'), requestCert: true, rejectUnauthorized: true }, (socket) => {
    new Connection(socket, reply);
  });
  return new Promise((resolve) => {
    server.listen({ port, host: '127.0.0.1', backlog: 2048 }, () => resolve(server));
  });
}
