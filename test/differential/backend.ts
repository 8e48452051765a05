/** The upstream of the differential tests: echoes what it received, or misbehaves as the path asks. Raw sockets, no HTTP library. */
import { createServer, type Server, type Socket } from 'node:net';

export interface Backend {
  readonly port: number;
  close(): void;
}

const SCRIPT: Readonly<Record<string, (socket: Socket) => void>> = {
  '/status/204': (s) => s.write('HTTP/1.1 204 No Content\r\nx-echo: 1\r\n\r\n'),
  '/status/304': (s) => s.write('HTTP/1.1 304 Not Modified\r\netag: "a"\r\ncontent-length: 10\r\n\r\n'),
  '/status/500': (s) => s.write('HTTP/1.1 500 Oops\r\ncontent-length: 4\r\n\r\noops'),
  '/chunked': (s) => s.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nx-t: 1\r\n\r\n'),
  '/until-close': (s) => s.end('HTTP/1.1 200 OK\r\n\r\nuntil the end'),
  '/hop': (s) =>
    s.write(
      'HTTP/1.1 200 OK\r\nConnection: keep-alive, x-hop\r\nKeep-Alive: timeout=5\r\nX-Hop: 1\r\nServer: backend\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: 2\r\n\r\nok',
    ),
  '/early': (s) => s.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'),
  '/die': (s) => s.end(),
  '/die-inside': (s) => s.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this'),
  '/garbage': (s) => s.write('what is this\r\n\r\n'),
  '/cl-te': (s) => s.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'),
  '/slow': () => {},
  '/half': (s) => s.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'),
  '/stuck-inside': (s) => s.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this'),
  '/surplus': (s) => s.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok and more'),
};

/** Head and body of the first complete request in `text`, with its length; null while it is incomplete. */
function readRequest(text: string): { head: string; body: string; length: number } | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const head = text.slice(0, end);
  const start = end + 4;
  if (/^transfer-encoding: chunked/im.test(head)) {
    const last = text.indexOf('0\r\n', start);
    const close = last < 0 ? -1 : text.indexOf('\r\n\r\n', last);
    return close < 0 ? null : { head, body: text.slice(start, close + 4), length: close + 4 };
  }
  const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
  return text.length < start + length ? null : { head, body: text.slice(start, start + length), length: start + length };
}

function echo(socket: Socket, head: string, body: string): void {
  const [line = '', ...fields] = head.split('\r\n');
  const text = `${line}\n${fields.sort().join('\n')}\n\n${body}`;
  const reply = line.startsWith('HEAD') ? '' : text;
  socket.write(
    `HTTP/1.1 200 OK\r\nx-echo: 1\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(text, 'latin1')}\r\n\r\n${reply}`,
    'latin1',
  );
}

export async function startBackend(): Promise<Backend> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (let request = readRequest(text); request !== null; request = readRequest(text)) {
        text = text.slice(request.length);
        const path = request.head.split(' ')[1] ?? '';
        const script = SCRIPT[path];
        if (script !== undefined) script(socket);
        else echo(socket, request.head, request.body);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
