/** The two ends of a proxy in a test, on `node:http`: a service that answers, and requests that share no connection. */
import { once } from 'node:events';
import { Agent, createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect } from 'node:net';

export interface Backend {
  readonly port: number;
  /** Requests that came so far. */
  readonly requests: IncomingMessage[];
  close(): void;
}

/** A service on port 0 of the loopback interface. Without a handler it answers 200 with the path. */
export async function startBackend(handler: (request: IncomingMessage, response: ServerResponse) => void = echo): Promise<Backend> {
  const requests: IncomingMessage[] = [];
  const server = createServer((incoming, response) => {
    requests.push(incoming);
    handler(incoming, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    requests,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function echo(incoming: IncomingMessage, response: ServerResponse): void {
  incoming.resume();
  response.end(`${incoming.url}`);
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * One request on a connection of its own, which the client would keep. Rejects when the connection fails before the answer is complete.
 */
export function get(port: number, path = '/', headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const agent = new Agent({ keepAlive: true });
    const outgoing = request({ host: '127.0.0.1', port, path, method, headers, agent }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        agent.destroy();
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** Whether somebody accepts connections on a port. */
export async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
