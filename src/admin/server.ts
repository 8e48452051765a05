/**
 * The admin server: Envoy's pages over HTTP/1.1. Control plane on `node:http`, which is loaded when somebody connects: it costs
 * 8 to 16 MB of resident memory, and a proxy that nobody asks need not have it. No traffic goes through it.
 */
import { chmodSync, rmSync } from 'node:fs';
import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type Address, formatAddress, ipAddress } from '../base/address.ts';
import type { Logger, Loggers } from '../base/log.ts';
import { PrometheusWriter } from '../telemetry/stats-prometheus.ts';
import { refusal } from './guard.ts';
import { helpText } from './help.ts';
import { processMetrics } from './process-metrics.ts';
import { type AdminContext, type Reply, text } from './route.ts';
import { ROUTES } from './routes.ts';
import type { AdminView } from './view.ts';
import { writeBody } from './write-body.ts';

export interface AdminSettings {
  readonly address: Address;
  readonly view: AdminView;
  readonly loggers: Loggers;
  /** Whether a path with its query may be asked for; absent: each may. */
  readonly allows?: (path: string) => boolean;
  /** Mode bits of a socket file. */
  readonly mode?: number;
}

export interface AdminServer {
  /** With the real port where 0 was asked for. */
  readonly address: Address;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/** Resolves when the server listens; rejects with what the system says when it cannot (the port is in use). */
export async function startAdmin({ address, view, loggers, mode, allows = everything }: AdminSettings): Promise<AdminServer> {
  const log = loggers.get('admin');
  const context: AdminContext = { view, prometheus: new PrometheusWriter(view.stats), routes: ROUTES, processMetrics };
  // Whoever may open a socket file may use it; names and origins say nothing there.
  const guarded = address.kind === 'ip';
  const onRequest = (incoming: IncomingMessage, response: ServerResponse) =>
    void serve(incoming, response, { guarded, allows }, context, log);
  let http: Promise<HttpServer> | null = null;
  const sockets = new Set<Socket>();
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', (error) => log.debug(`admin connection: ${error.message}`));
    http ??= import('node:http').then((module) => module.createServer(onRequest));
    void http.then((ready) => {
      ready.emit('connection', socket);
      socket.resume();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    if (address.kind === 'ip') {
      server.listen(address.port, address.ip, resolve);
    } else {
      // A file that a dead process left behind.
      rmSync(address.path, { force: true });
      server.listen(address.path, resolve);
    }
  });
  server.on('error', (error) => log.error(`admin server: ${error.message}`));
  if (address.kind === 'pipe' && mode !== undefined && mode !== 0) chmodSync(address.path, mode);
  const real = address.kind === 'ip' ? ipAddress(address.ip, (server.address() as AddressInfo).port) : address;
  log.info(`admin address: ${formatAddress(real)}`);
  if (real.kind === 'ip' && !isLoopback(real.ip))
    log.warning('the admin can be reached from other machines, and whoever reaches it may end the proxy');
  return {
    address: real,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

interface Gate {
  /** Host and Origin are looked at. */
  readonly guarded: boolean;
  allows(path: string): boolean;
}

function isLoopback(ip: string): boolean {
  return ip.startsWith('127.') || ip === '::1' || ip.startsWith('::ffff:127.');
}

const everything = (): boolean => true;

async function serve(incoming: IncomingMessage, response: ServerResponse, gate: Gate, context: AdminContext, log: Logger): Promise<void> {
  try {
    const reply = await answer(incoming, gate, context);
    incoming.resume();
    if (reply.after !== undefined) response.once('close', reply.after);
    response.sendDate = false;
    response.writeHead(reply.status, {
      'content-type': reply.type,
      'cache-control': 'no-cache, max-age=0',
      'x-content-type-options': 'nosniff',
      date: new Date().toUTCString(),
      server: 'envoy',
    });
    await writeBody(response, incoming.method === 'HEAD' ? '' : reply.body);
  } catch (error) {
    log.error(`${incoming.method} ${incoming.url}: ${error instanceof Error ? error.stack : error}`);
    if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
    response.end();
  }
}

async function answer(incoming: IncomingMessage, { guarded, allows }: Gate, context: AdminContext): Promise<Reply> {
  const { method = 'GET', url = '/' } = incoming;
  const [given = '/', query = ''] = url.split(/\?(.*)/s);
  // As in Envoy, where the path is normalized before it is looked up.
  const path = given.replace(/\/{2,}/g, '/');
  const asked = query === '' ? path : `${path}?${query}`;
  if (!allows(asked)) return text(`request to path ${asked} not allowed`, 403);
  const route = context.routes.find((each) => each.path === path);
  if (guarded && route?.open !== true) {
    const reason = refusal(incoming.headers.host, incoming.headers.origin);
    if (reason !== null) return text(`${reason}\n`, 403);
  }
  if (route === undefined) return text(`invalid path. ${helpText(context.routes)}`, 404);
  if (route.changes && method !== 'POST') return text(`Method ${method} not allowed, POST required.`, 405);
  const form = route.takesForm === true ? await formOf(incoming) : null;
  if (form === 'too large') return text('Payload Too Large', 413);
  return route.answer({ method, path, params: fieldsOf(query), form }, context);
}

/** As Envoy reads them: a plus is no space (it stands in regular expressions). */
function fieldsOf(query: string): URLSearchParams {
  return new URLSearchParams(query.replaceAll('+', '%2B'));
}

/** Bytes of a form in a body; nobody types more. */
const MAX_FORM = 65536;

/** The fields of a body that is a form; null without one. */
async function formOf(incoming: IncomingMessage): Promise<URLSearchParams | 'too large' | null> {
  const type = incoming.headers['content-type'] ?? '';
  if (!/^application\/x-www-form-urlencoded\b/i.test(type)) return null;
  let body = '';
  incoming.setEncoding('latin1');
  let length = 0;
  for await (const chunk of incoming) {
    length += (chunk as string).length;
    if (length <= MAX_FORM) body += chunk as string;
  }
  return length > MAX_FORM ? 'too large' : fieldsOf(body);
}
