/**
 * Both ends of a proxy on `node:http` or `node:http2`, behind one face: a service, and requests against it. Plain text, prior knowledge.
 */
import { once } from 'node:events';
import { createServer as createHttp1, request as http1Request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  createServer as createHttp2,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type OutgoingHttpHeaders,
  type ServerHttp2Session,
  type Settings,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';

export type Version = 'h1' | 'h2';

export type ServiceRequest = IncomingMessage | Http2ServerRequest;
export type ServiceResponse = (ServerResponse | Http2ServerResponse) & { write(chunk: Buffer): boolean };
export type Handler = (request: ServiceRequest, response: ServiceResponse) => void;

export interface Service {
  readonly port: number;
  /** Connections accepted so far. */
  readonly connections: number;
  /** HTTP/2 sessions that are open. */
  readonly sessions: ReadonlySet<ServerHttp2Session>;
  close(): void;
}

export interface ServiceOptions {
  readonly settings?: Settings;
  /** Instead of 0. */
  readonly port?: number;
}

/** A service on the loopback interface that speaks one protocol. */
export async function startService(version: Version, handler: Handler, options: ServiceOptions = {}): Promise<Service> {
  const sessions = new Set<ServerHttp2Session>();
  const sockets = new Set<Socket>();
  let connections = 0;
  let server: Server | Http2Server;
  if (version === 'h1') {
    server = createHttp1(handler as never);
  } else {
    // Streams are refused beyond 10 MB of queued output otherwise.
    const memory = { maxSessionMemory: 1000 };
    const http2 = createHttp2(options.settings === undefined ? memory : { ...memory, settings: options.settings }, handler as never);
    http2.on('session', (session) => {
      sessions.add(session);
      session.on('close', () => sessions.delete(session));
      session.on('error', () => {});
    });
    http2.on('sessionError', () => {});
    server = http2;
  }
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    sessions,
    close() {
      server.close();
      for (const session of sessions) session.destroy();
      for (const socket of sockets) socket.destroy();
    },
  };
}

export interface Exchange {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Null: the request ends with its head. */
  readonly body?: Buffer | null;
  readonly trailers?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  /** Without pseudo headers. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly trailers: Readonly<Record<string, string>>;
  /** Status codes of interim responses. */
  readonly informational: readonly number[];
}

/** One request on a connection of its own. */
export async function exchange(version: Version, port: number, request: Exchange = {}): Promise<Reply> {
  if (version === 'h1') return overHttp1(port, request);
  const client = await openHttp2(port);
  try {
    return await client.exchange(request);
  } finally {
    client.close();
  }
}

function overHttp1(port: number, request: Exchange): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const informational: number[] = [];
    const { body = null, trailers } = request;
    const headers = { ...request.headers, ...(trailers === undefined ? {} : { trailer: Object.keys(trailers).join(', ') }) };
    const outgoing = http1Request({
      host: '127.0.0.1',
      port,
      agent: false,
      method: request.method ?? (body === null ? 'GET' : 'POST'),
      path: request.path ?? '/',
      headers,
    });
    outgoing.on('information', ({ statusCode }) => informational.push(statusCode));
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: plain(response.headers),
          body: Buffer.concat(chunks),
          trailers: plain(response.trailers),
          informational,
        }),
      );
    });
    if (trailers !== undefined) outgoing.addTrailers(trailers);
    if (body === null) outgoing.end();
    else outgoing.end(body);
  });
}

/** A connection with HTTP/2 that a test holds. */
export interface Http2Client {
  readonly session: ClientHttp2Session;
  exchange(request?: Exchange): Promise<Reply>;
  /** The bare stream, for tests that read and write as they like. */
  stream(request?: Exchange): ClientHttp2Stream;
  close(): void;
}

export async function openHttp2(port: number, settings: Settings = {}): Promise<Http2Client> {
  const session = connect(`http://127.0.0.1:${port}`, { settings });
  session.on('error', () => {});
  await once(session, 'connect');
  const stream = (request: Exchange = {}): ClientHttp2Stream => {
    const { body = null, trailers } = request;
    const head: OutgoingHttpHeaders = {
      ':method': request.method ?? (body === null ? 'GET' : 'POST'),
      ':path': request.path ?? '/',
      ...request.headers,
    };
    const opened = session.request(head, { endStream: body === null && trailers === undefined, waitForTrailers: trailers !== undefined });
    opened.on('wantTrailers', () => opened.sendTrailers({ ...trailers }));
    return opened;
  };
  return {
    session,
    stream,
    exchange: (request = {}) => collect(stream(request), request.body ?? null, request.trailers !== undefined),
    close: () => session.destroy(),
  };
}

function collect(stream: ClientHttp2Stream, body: Buffer | null, open: boolean): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const informational: number[] = [];
    const chunks: Buffer[] = [];
    let head: Record<string, unknown> = {};
    let trailers: Readonly<Record<string, string>> = {};
    stream.on('headers', (headers) => informational.push(Number(headers[':status'])));
    stream.on('response', (headers) => {
      head = headers;
    });
    stream.on('trailers', (headers) => {
      trailers = plain(headers);
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('aborted', () => reject(new Error('aborted')));
    stream.on('end', () => {
      if (stream.rstCode !== 0) return;
      resolve({ status: Number(head[':status']), headers: plain(head), body: Buffer.concat(chunks), trailers, informational });
    });
    stream.on('close', () => reject(new Error(`stream closed with ${stream.rstCode}`)));
    if (body !== null) stream.end(body);
    else if (open) stream.end();
  });
}

function plain(headers: object): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(':') && value !== undefined) found[name] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return found;
}
