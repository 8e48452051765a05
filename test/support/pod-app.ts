/**
 * The application of a pod, a process of its own: HTTP and TCP servers that tell who they are, and a client that calls where the test
 * says. The test talks to it over Node's channel (`PodApp`).
 */
import { readdirSync } from 'node:fs';
import { createServer as createHttpServer, request } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';

export interface AppOptions {
  readonly name: string;
  readonly httpPorts: readonly number[];
  readonly tcpPorts: readonly number[];
}

export type Call =
  | { readonly op: 'http'; readonly host: string; readonly port: number; readonly path?: string; readonly header?: string }
  /** Sends, and waits for as much to come back. */
  | { readonly op: 'tcp'; readonly host: string; readonly port: number; readonly text: string }
  /** So many connections that each send and get one line, so many at a time. */
  | { readonly op: 'many'; readonly host: string; readonly port: number; readonly count: number; readonly atOnce: number }
  /** Asks until the answer is 200. */
  | { readonly op: 'ready'; readonly port: number }
  | { readonly op: 'descriptors' };

export interface Answer {
  readonly status?: number;
  readonly body?: string;
  readonly error?: string;
  readonly count?: number;
}

if (process.argv[1] === import.meta.filename && process.send !== undefined) serve(JSON.parse(process.argv[2] ?? '{}') as AppOptions);

function serve(options: AppOptions): void {
  let left = options.httpPorts.length + options.tcpPorts.length;
  const listening = (): void => {
    if (--left === 0) process.send?.({ id: 0, answer: {} });
  };
  for (const port of options.httpPorts) {
    createHttpServer((message, response) => {
      const { method, url, headers, socket } = message;
      const body = JSON.stringify({ name: options.name, port, method, url, headers, from: socket.remoteAddress });
      response.setHeader('content-type', 'application/json').end(body);
      message.resume();
    }).listen(port, '::', listening);
  }
  for (const port of options.tcpPorts) {
    createServer((socket) => {
      socket.on('error', () => {});
      socket.write(`${options.name} ${port} ${socket.remoteAddress}\n`);
      socket.pipe(socket);
    }).listen(port, '::', 4096, listening);
  }
  if (left === 0) listening();
  process.on('message', ({ id, call }: { id: number; call: Call }) => {
    void perform(call).then((answer) => process.send?.({ id, answer }));
  });
  process.on('disconnect', () => process.exit(0));
}

async function perform(call: Call): Promise<Answer> {
  switch (call.op) {
    case 'http':
      return await http(call.host, call.port, call.path ?? '/', call.header ?? '');
    case 'tcp':
      return await tcp(call.host, call.port, call.text);
    case 'many':
      return await many(call.host, call.port, call.count, call.atOnce);
    case 'ready':
      for (;;) {
        const { status } = await http('127.0.0.1', call.port, '/ready', '');
        if (status === 200) return { status };
        await new Promise(setImmediate);
      }
    case 'descriptors':
      return { count: readdirSync('/proc/self/fd').length };
  }
}

function http(host: string, port: number, path: string, header: string): Promise<Answer> {
  return new Promise((resolve) => {
    const headers = header === '' ? {} : { host: header };
    const call = request({ host, port, path, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', (error) => resolve({ error: String(error) }));
    });
    call.on('error', (error) => resolve({ error: String(error) }));
    call.end();
  });
}

/** `body` is what came: the greeting of the server, and the text. */
function tcp(host: string, port: number, text: string): Promise<Answer> {
  return new Promise((resolve) => {
    const socket: Socket = connect({ host, port });
    let body = '';
    let error = '';
    socket.on('data', (chunk: Buffer) => {
      body += chunk.toString();
      if (body.endsWith(text)) socket.end();
    });
    socket.on('error', (problem) => {
      error = String(problem);
    });
    socket.on('close', () => resolve(error === '' ? { body } : { body, error }));
    socket.write(text);
  });
}

async function many(host: string, port: number, count: number, atOnce: number): Promise<Answer> {
  let started = 0;
  let good = 0;
  let error = '';
  const worker = async (): Promise<void> => {
    while (started < count) {
      const text = `line ${started++}\n`;
      const answer = await tcp(host, port, text);
      if (answer.error === undefined && answer.body?.endsWith(text) === true) good++;
      else error ||= answer.error ?? `got ${JSON.stringify(answer.body)}`;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return error === '' ? { count: good } : { count: good, error };
}
