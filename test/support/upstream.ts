/**
 * An upstream that a test scripts: a real server on port 0 that answers what the script says, byte by byte where it matters, and
 * keeps what it got. It speaks HTTP/1.1 in plain code, so that it can also speak it wrongly.
 *
 *     const upstream = await startUpstream();
 *     t.teardown(() => upstream.close());
 *     upstream.answer(reply(200, { body: 'one' }), closes, reply(503));   // the first, second and third request; then 200 'ok'
 *     …
 *     const [first] = await upstream.received(1);
 *     t.equal(first?.header('x-request-id'), …);
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

export class ReceivedRequest {
  readonly method: string;
  readonly target: string;
  /** Names as they came; repeated ones repeated. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** Latin1; decoded when it was chunked. */
  body = '';
  trailers: readonly (readonly [name: string, value: string])[] = [];
  /** Came to its end. */
  complete = false;
  /** Which connection it came on, counted from 0. */
  readonly connection: number;

  constructor(method: string, target: string, fields: readonly (readonly [string, string])[], connection: number) {
    this.method = method;
    this.target = target;
    this.fields = fields;
    this.connection = connection;
  }

  /** First value of a name, in any case. */
  header(name: string): string | undefined {
    return this.fields.find(([n]) => n.toLowerCase() === name.toLowerCase())?.[1];
  }
}

/** What an answer may do. */
export interface Exchange {
  readonly request: ReceivedRequest;
  readonly socket: Socket;
  /** Latin1. */
  write(text: string | Buffer): void;
}

export interface Answer {
  /** When it runs: once the head is here, or the whole request. */
  readonly at: 'head' | 'end';
  run(exchange: Exchange): void;
}

export interface ReplyOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Framing: a content-length unless said otherwise. */
  readonly chunked?: boolean;
  readonly trailers?: Readonly<Record<string, string>>;
  /** FIN after it. */
  readonly close?: boolean;
}

/** A well-formed response. */
export function reply(status = 200, options: ReplyOptions = {}): Answer {
  const { body = '', chunked = false, close = false } = options;
  let text = `HTTP/1.1 ${status} Scripted\r\n`;
  for (const [name, value] of Object.entries(options.headers ?? {})) text += `${name}: ${value}\r\n`;
  if (chunked) {
    text += 'transfer-encoding: chunked\r\n\r\n';
    if (body !== '') text += `${Buffer.byteLength(body, 'latin1').toString(16)}\r\n${body}\r\n`;
    text += '0\r\n';
    for (const [name, value] of Object.entries(options.trailers ?? {})) text += `${name}: ${value}\r\n`;
    text += '\r\n';
  } else {
    if (status >= 200 && status !== 204 && status !== 304) text += `content-length: ${Buffer.byteLength(body, 'latin1')}\r\n`;
    text += `\r\n${body}`;
  }
  return doing((exchange) => {
    exchange.write(text);
    if (close) exchange.socket.end();
  });
}

/** Anything at all, when the whole request is here. */
export function doing(run: (exchange: Exchange) => void): Answer {
  return { at: 'end', run };
}

/** The same as soon as the head is here. */
export function early(answer: Answer): Answer {
  return { at: 'head', run: (exchange) => answer.run(exchange) };
}

/** These bytes, whatever they mean. */
export const raw = (text: string): Answer => doing((exchange) => exchange.write(text));
/** FIN instead of an answer. */
export const closes: Answer = doing((exchange) => void exchange.socket.end());
/** RST instead of an answer. */
export const resets: Answer = doing((exchange) => void exchange.socket.resetAndDestroy());
/** No answer, ever. */
export const silent: Answer = doing(() => {});
/** These bytes, and then RST. */
export const breaks = (text: string): Answer =>
  doing((exchange) => void exchange.socket.write(text, 'latin1', () => setImmediate(() => exchange.socket.resetAndDestroy())));

export class ScriptedUpstream {
  readonly port: number;
  /** In the order in which their heads came. */
  readonly requests: ReceivedRequest[] = [];
  /** Accepted so far. */
  connections = 0;
  readonly sockets = new Set<Socket>();
  /** When the script is at its end. */
  fallback: Answer = reply(200, { body: 'ok' });
  readonly #script: Answer[] = [];
  readonly #server: Server;
  #waiting: { readonly count: number; readonly done: () => void }[] = [];

  constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
    server.on('connection', (socket) => this.#serve(socket));
  }

  /** Adds to the script: one answer for each request to come. */
  answer(...answers: Answer[]): this {
    this.#script.push(...answers);
    return this;
  }

  /** Resolves when so many requests are here as a whole. */
  async received(count: number): Promise<readonly ReceivedRequest[]> {
    if (this.#completed < count) await new Promise<void>((done) => this.#waiting.push({ count, done }));
    return this.requests;
  }

  /** Stops listening and ends every connection. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    for (const socket of this.sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  get #completed(): number {
    return this.requests.filter((request) => request.complete).length;
  }

  #serve(socket: Socket): void {
    const parser = new RequestParser(this.connections++);
    this.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    let answer = this.fallback;
    socket.on('data', (chunk) => {
      parser.feed(chunk.toString('latin1'), {
        onHead: (request) => {
          this.requests.push(request);
          answer = this.#script.shift() ?? this.fallback;
          if (answer.at === 'head') answer.run(exchangeOf(request, socket));
        },
        onEnd: (request) => {
          request.complete = true;
          this.#wake();
          if (answer.at === 'end') answer.run(exchangeOf(request, socket));
        },
      });
    });
  }

  #wake(): void {
    const completed = this.#completed;
    const still = this.#waiting.filter((wait) => wait.count > completed);
    const done = this.#waiting.filter((wait) => wait.count <= completed);
    this.#waiting = still;
    for (const wait of done) wait.done();
  }
}

export async function startUpstream(port = 0): Promise<ScriptedUpstream> {
  const server = createServer({ allowHalfOpen: true }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return new ScriptedUpstream(server, typeof address === 'object' && address !== null ? address.port : 0);
}

/** A port of the loopback interface on which nobody listens (it was free a moment ago). */
export async function deadPort(): Promise<number> {
  const upstream = await startUpstream();
  await upstream.close();
  return upstream.port;
}

function exchangeOf(request: ReceivedRequest, socket: Socket): Exchange {
  return {
    request,
    socket,
    write: (text) => void (typeof text === 'string' ? socket.write(text, 'latin1') : socket.write(text)),
  };
}

interface ParserCallbacks {
  onHead(request: ReceivedRequest): void;
  onEnd(request: ReceivedRequest): void;
}

/** Well-formed requests, one after the other. */
class RequestParser {
  private readonly connection: number;
  private text = '';
  private request: ReceivedRequest | null = null;
  /** Body bytes to come; -1: chunked. */
  private left = 0;

  constructor(connection: number) {
    this.connection = connection;
  }

  feed(text: string, callbacks: ParserCallbacks): void {
    this.text += text;
    while (this.step(callbacks));
  }

  private step(callbacks: ParserCallbacks): boolean {
    if (this.request === null) return this.head(callbacks);
    const ended = this.left === -1 ? this.chunk(this.request) : this.sized(this.request);
    if (ended === null) return false;
    if (!ended) return true;
    const { request } = this;
    this.request = null;
    callbacks.onEnd(request);
    return true;
  }

  private head(callbacks: ParserCallbacks): boolean {
    const end = this.text.indexOf('\r\n\r\n');
    if (end < 0) return false;
    const [line = '', ...fields] = this.text.slice(0, end).split('\r\n');
    this.text = this.text.slice(end + 4);
    const [method = '', target = ''] = line.split(' ');
    const request = new ReceivedRequest(method, target, fields.map(fieldOf), this.connection);
    this.left = request.header('transfer-encoding') === 'chunked' ? -1 : Number(request.header('content-length') ?? 0);
    this.request = request;
    callbacks.onHead(request);
    return true;
  }

  /** True at the end, null when more is needed. */
  private sized(request: ReceivedRequest): boolean | null {
    const part = this.text.slice(0, this.left);
    this.text = this.text.slice(part.length);
    this.left -= part.length;
    request.body += part;
    return this.left === 0 ? true : null;
  }

  private chunk(request: ReceivedRequest): boolean | null {
    const line = this.text.indexOf('\r\n');
    if (line < 0) return null;
    const size = Number.parseInt(this.text, 16);
    if (size > 0) {
      if (this.text.length < line + size + 4) return null;
      request.body += this.text.slice(line + 2, line + 2 + size);
      this.text = this.text.slice(line + size + 4);
      return false;
    }
    const end = this.text.indexOf('\r\n\r\n', line);
    if (end < 0) return null;
    const lines = this.text.slice(line + 2, end);
    if (lines !== '') request.trailers = lines.split('\r\n').map(fieldOf);
    this.text = this.text.slice(end + 4);
    return true;
  }
}

function fieldOf(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}
