/**
 * Both ends of a tunnel (Upgrade, CONNECT, extended CONNECT) on Node's own HTTP, behind one face for both protocols: a service that grants
 * or refuses, and clients that ask. A WebSocket handshake and its frames by hand.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttp1, type IncomingMessage } from 'node:http';
import { type ClientHttp2Stream, createServer as createHttp2, connect as http2Connect, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Version } from './http2.ts';
import { parseResponses } from './raw-client.ts';

export interface TunnelRequest {
  readonly method: string;
  /** Path, or the authority of a CONNECT. */
  readonly target: string;
  /** Of an upgrade or an extended CONNECT; '' for a plain CONNECT. */
  readonly protocol: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Answers so that the tunnel is open; what the client sends is read from the result. */
  grant(headers?: Readonly<Record<string, string>>): Duplex;
  refuse(status: number, body?: string): void;
}

export interface TunnelService {
  readonly port: number;
  close(): void;
}

export async function startTunnelService(version: Version, onRequest: (request: TunnelRequest) => void): Promise<TunnelService> {
  const sockets = new Set<Socket>();
  const server =
    version === 'h1'
      ? createHttp1((_request, response) => response.end('no tunnel'))
      : createHttp2({ settings: { enableConnectProtocol: true } });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => onRequest(overHttp1(request, socket, head)));
  server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => onRequest(overHttp1(request, socket, head)));
  server.on('sessionError', () => {});
  server.on('stream', (stream: ServerHttp2Stream, headers: Record<string, string>) => onRequest(overHttp2(stream, headers)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function lines(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
}

function overHttp1(request: IncomingMessage, socket: Duplex, head: Buffer): TunnelRequest {
  const protocol = request.method === 'CONNECT' ? '' : String(request.headers.upgrade);
  if (head.length > 0) socket.unshift(head);
  socket.on('error', () => {});
  return {
    method: request.method ?? '',
    target: request.url ?? '',
    protocol,
    headers: request.headers as Record<string, string>,
    grant(headers = {}) {
      const start = protocol === '' ? '200 OK\r\n' : `101 Switching Protocols\r\nupgrade: ${protocol}\r\nconnection: Upgrade\r\n`;
      socket.write(`HTTP/1.1 ${start}${lines(headers)}\r\n`);
      return socket;
    },
    refuse(status, body = '') {
      socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    },
  };
}

function overHttp2(stream: ServerHttp2Stream, headers: Record<string, string>): TunnelRequest {
  stream.on('error', () => {});
  return {
    method: headers[':method'] ?? '',
    target: headers[':path'] ?? headers[':authority'] ?? '',
    protocol: headers[':protocol'] ?? '',
    headers,
    grant(more = {}) {
      stream.respond({ ':status': 200, ...more });
      return stream;
    },
    refuse(status, body = '') {
      stream.respond({ ':status': status });
      stream.end(body);
    },
  };
}

export interface Tunnel {
  /** 101 or 200 when it is open. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly duplex: Duplex;
  /** Body of a refusal; resolves at its end. */
  body(): Promise<string>;
  close(): void;
}

export interface TunnelOptions {
  /** '' asks with a plain CONNECT, whose authority is `path`. */
  readonly protocol: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent right behind the head, before any answer. */
  readonly early?: string;
}

export function openTunnel(version: Version, port: number, options: TunnelOptions): Promise<Tunnel> {
  return version === 'h1' ? openHttp1(port, options) : openHttp2(port, options);
}

async function openHttp1(port: number, { protocol, path, headers = {}, early = '' }: TunnelOptions): Promise<Tunnel> {
  const upgrade = protocol === '' ? {} : { connection: 'Upgrade', upgrade: protocol };
  const host = protocol === '' ? path : 'app';
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  socket.on('error', () => {});
  const start = `${protocol === '' ? 'CONNECT' : 'GET'} ${path} HTTP/1.1\r\nhost: ${host}\r\n`;
  socket.write(`${start}${lines({ ...upgrade, ...headers })}\r\n${early}`, 'latin1');
  let text = '';
  while (!text.endsWith('\r\n\r\n')) {
    const byte = await readBytes(socket, 1);
    if (byte === '') throw new Error(`no answer: ${text}`);
    text += byte;
  }
  const status = Number(text.split(' ')[1]);
  const fields = Object.fromEntries(text.split('\r\n').slice(1, -2).map(fieldOf));
  const body = async (): Promise<string> => parseResponses(text + (await readToEnd(socket)))[0]?.body ?? '';
  return { status, headers: fields, duplex: socket, body, close: () => socket.destroy() };
}

function fieldOf(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}

function openHttp2(port: number, { protocol, path, headers = {}, early = '' }: TunnelOptions): Promise<Tunnel> {
  const session = http2Connect(`http://127.0.0.1:${port}`);
  const head =
    protocol === ''
      ? { ':method': 'CONNECT', ':authority': path }
      : { ':method': 'CONNECT', ':protocol': protocol, ':scheme': 'http', ':path': path, ':authority': 'app' };
  return new Promise((resolve, reject) => {
    session.on('error', reject);
    session.once('remoteSettings', () => {
      const stream: ClientHttp2Stream = session.request({ ...head, ...headers });
      stream.on('error', reject);
      stream.on('response', (response) => {
        const status = Number(response[':status']);
        resolve({
          status,
          headers: response as unknown as Record<string, string>,
          duplex: stream,
          body: () => readToEnd(stream),
          close: () => session.destroy(),
        });
      });
      if (early !== '') stream.write(early, 'latin1');
    });
  });
}

/** What comes until there are `bytes` of it, or the end; latin1. What is beyond stays to be read. */
export async function readBytes(duplex: Duplex, bytes: number): Promise<string> {
  let text = '';
  while (text.length < bytes) {
    const chunk = duplex.read() as Buffer | null;
    if (chunk !== null) {
      text += chunk.toString('latin1');
      continue;
    }
    if (duplex.readableEnded || duplex.destroyed) break;
    await new Promise<void>((done) => {
      const wake = (): void => {
        for (const event of ['readable', 'end', 'close', 'error']) duplex.off(event, wake);
        done();
      };
      for (const event of ['readable', 'end', 'close', 'error']) duplex.on(event, wake);
    });
  }
  if (text.length > bytes) duplex.unshift(Buffer.from(text.slice(bytes), 'latin1'));
  return text.slice(0, bytes);
}

export function readToEnd(duplex: Duplex): Promise<string> {
  return readBytes(duplex, Number.POSITIVE_INFINITY);
}

// ── WebSocket (RFC 6455) ──────────────────────────────────────────────────────────────────────────────────────────────

export const WEBSOCKET_KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

/** §4.2.2: what proves that the handshake was understood. */
export function websocketAccept(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

/** A text frame of up to 125 bytes; clients mask (§5.3). */
export function websocketFrame(text: string, mask: boolean): Buffer {
  const payload = Buffer.from(text, 'utf8');
  const key = mask ? Buffer.from([1, 2, 3, 4]) : Buffer.alloc(0);
  const masked = payload.map((byte, i) => (mask ? byte ^ (key[i & 3] as number) : byte));
  return Buffer.concat([Buffer.from([0x81, (mask ? 0x80 : 0) | payload.length]), key, masked]);
}

/** Reads one such frame. */
export async function readWebsocketText(duplex: Duplex): Promise<string> {
  const head = Buffer.from(await readBytes(duplex, 2), 'latin1');
  const second = head[1] ?? 0;
  const key = second >= 0x80 ? Buffer.from(await readBytes(duplex, 4), 'latin1') : null;
  const payload = Buffer.from(await readBytes(duplex, second & 0x7f), 'latin1');
  return (key === null ? payload : payload.map((byte, i) => byte ^ (key[i & 3] as number))).toString('utf8');
}
