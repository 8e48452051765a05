/** A client that sends bytes as they are and gives back what came, for tests of framing. */
import { connect } from 'node:net';

export interface RawAnswer {
  /** Everything received, latin1. */
  readonly text: string;
  /** The peer closed (FIN or RST) before `until` was met, or as expected. */
  readonly closed: boolean;
  /** Code of the socket error that ended it (`ECONNREFUSED`, `EADDRNOTAVAIL` …), '' when there was none. */
  readonly error: string;
}

export interface RawOptions {
  /** Resolve as soon as this holds for what was received; default: when the peer closes. */
  readonly until?: (text: string) => boolean;
  /** Give up after this many ms; the answer then has `closed: false`. */
  readonly timeoutMs?: number;
  /** Send the payload in these pieces, each in a write of its own (one per turn of the event loop). */
  readonly splitAt?: readonly number[];
  /** Half-close after the payload. */
  readonly end?: boolean;
}

export function rawRequest(port: number, payload: Buffer | string, options: RawOptions = {}): Promise<RawAnswer> {
  const bytes = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload;
  return new Promise((resolve) => {
    let text = '';
    let error = '';
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const finish = (closed: boolean) => {
      clearTimeout(timer);
      resolve({ text, closed, error });
      socket.destroy();
    };
    const timer = setTimeout(() => finish(false), options.timeoutMs ?? 10_000);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (options.until?.(text) === true) finish(false);
    });
    socket.on('error', (reason: NodeJS.ErrnoException) => {
      error = reason.code ?? reason.message;
      finish(true);
    });
    socket.on('close', () => finish(true));
    socket.on('connect', () => {
      const cuts = [...(options.splitAt ?? []), bytes.length];
      let from = 0;
      const next = () => {
        const to = cuts.shift();
        if (to === undefined || socket.destroyed) {
          if (options.end === true) socket.end();
          return;
        }
        socket.write(bytes.subarray(from, to), () => setImmediate(next));
        from = to;
      };
      next();
    });
  });
}

/** Whether `text` holds at least `count` complete responses with a content-length or none at all. */
export function responses(count: number): (text: string) => boolean {
  return (text) => parseResponses(text).length >= count;
}

export interface RawResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** Complete responses in `text`; understands content-length and chunked bodies, and bodiless statuses. */
export function parseResponses(text: string, method = 'GET'): RawResponse[] {
  const found: RawResponse[] = [];
  let at = 0;
  for (;;) {
    const end = text.indexOf('\r\n\r\n', at);
    if (end < 0) return found;
    const [statusLine = '', ...lines] = text.slice(at, end).split('\r\n');
    const status = Number(statusLine.split(' ')[1]);
    const headers = lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    });
    at = end + 4;
    const value = (name: string) => headers.find(([n]) => n === name)?.[1];
    let body = '';
    if (method !== 'HEAD' && status >= 200 && status !== 204 && status !== 304) {
      if (value('transfer-encoding') === 'chunked') {
        const chunked = readChunks(text, at);
        if (chunked === null) return found;
        body = chunked.body;
        at = chunked.end;
      } else {
        const length = Number(value('content-length') ?? 0);
        if (text.length < at + length) return found;
        body = text.slice(at, at + length);
        at += length;
      }
    }
    found.push({ status, headers, body });
  }
}

function readChunks(text: string, from: number): { body: string; end: number } | null {
  let at = from;
  let body = '';
  for (;;) {
    const line = text.indexOf('\r\n', at);
    if (line < 0) return null;
    const size = Number.parseInt(text.slice(at, line), 16);
    if (size === 0) {
      const end = text.indexOf('\r\n\r\n', line);
      return end < 0 ? null : { body, end: end + 4 };
    }
    if (text.length < line + 2 + size + 2) return null;
    body += text.slice(line + 2, line + 2 + size);
    at = line + 2 + size + 2;
  }
}
