/** 1 GiB through the proxy in each direction, to a slow reader, moves its resident memory by at most 10 MB. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import t from 'tap';
import { bootstrap, cluster, routes } from '../differential/corpus.ts';
import { startChild } from '../support/child-proxy.ts';
import { residentBytes } from '../support/process-facts.ts';

const BYTES = Number(process.env['SOAK_BYTES'] ?? 2 ** 30);
const PIECE = Buffer.alloc(65_536, 'x');

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Writes `left` bytes as fast as the peer takes them. */
function pour(socket: Socket, bytes: number): void {
  let left = bytes;
  const more = () => {
    while (left > 0) {
      const piece = left >= PIECE.length ? PIECE : PIECE.subarray(0, left);
      left -= piece.length;
      if (!socket.write(piece)) return;
    }
  };
  socket.on('drain', more);
  more();
}

/** Reads everything, stopping for a moment after each megabyte so that the sender always runs into back-pressure. */
function sip(socket: Socket, onByte: (total: number) => void): void {
  let total = 0;
  let sinceStop = 0;
  socket.on('data', (chunk: Buffer) => {
    total += chunk.length;
    sinceStop += chunk.length;
    if (sinceStop > 1_048_576) {
      sinceStop = 0;
      socket.pause();
      setImmediate(() => setImmediate(() => socket.resume()));
    }
    onByte(total);
  });
}

t.test(`${BYTES} bytes both ways through slow readers`, { timeout: 1_200_000 }, async (t) => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    let head = '';
    socket.on('data', function first(chunk: Buffer) {
      head += chunk.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      socket.off('data', first);
      if (head.startsWith('GET')) {
        socket.write(`HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: ${BYTES}\r\n\r\n`);
        pour(socket, BYTES);
      } else {
        const early = head.length - end - 4;
        sip(socket, (total) => {
          if (total + early === BYTES) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
        });
      }
    });
  });
  const upstream = await listen(server);
  const config = JSON.stringify(
    bootstrap(routes({ match: { prefix: '/' }, route: { cluster: 'app', timeout: '0s' } }), [cluster('app', [upstream])]),
  );
  const proxy = await startChild('built', JSON.parse(config) as object);
  t.teardown(async () => {
    server.close();
    await proxy.stop();
  });
  const port = proxy.ports.get('main') ?? 0;
  const pid = proxy.process.pid ?? 0;

  const download = (limit: number) =>
    new Promise<number>((resolve) => {
      let peak = 0;
      let body = 0;
      const socket = connect({ port, host: '127.0.0.1' }, () => socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n'));
      let seen = 0;
      sip(socket, (total) => {
        body = total;
        if (total - seen > 16_777_216) {
          seen = total;
          peak = Math.max(peak, residentBytes(pid));
        }
        if (body >= limit) {
          socket.destroy();
          resolve(Math.max(peak, residentBytes(pid)));
        }
      });
    });
  const upload = () =>
    new Promise<number>((resolve) => {
      let peak = 0;
      const socket = connect({ port, host: '127.0.0.1' }, () => {
        socket.write(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${BYTES}\r\n\r\n`);
        pour(socket, BYTES);
      });
      socket.on('drain', () => {
        peak = Math.max(peak, residentBytes(pid));
      });
      socket.once('data', (chunk: Buffer) => {
        t.match(chunk.toString('latin1'), /^HTTP\/1.1 200 /);
        socket.destroy();
        resolve(peak);
      });
    });

  await download(64 * 2 ** 20);
  const before = residentBytes(pid);
  const down = (await download(BYTES)) - before;
  t.comment(`download: peak ${(down / 1e6).toFixed(1)} MB above the start`);
  t.ok(down <= 10e6, `a download of ${BYTES} bytes moves resident memory by ${(down / 1e6).toFixed(1)} MB, at most 10`);
  const start = residentBytes(pid);
  const up = (await upload()) - start;
  t.comment(`upload: peak ${(up / 1e6).toFixed(1)} MB above the start`);
  t.ok(up <= 10e6, `an upload of ${BYTES} bytes moves resident memory by ${(up / 1e6).toFixed(1)} MB, at most 10`);
});
