/** 1 GiB each way through sockets and buffers alone, to slow readers, moves resident memory by at most 10 MB and changes no byte. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { residentBytes } from '../support/process-facts.ts';

const BYTES = Number(process.env['SOAK_BYTES'] ?? 2 ** 30);
const PIECE = Buffer.alloc(1_048_576);
for (let i = 0; i < PIECE.length; i++) PIECE[i] = (i * 31 + (i >> 8)) & 255;

/** Sends and ends; answers the hash of what was sent. */
async function pour(socket: Socket, bytes: number): Promise<string> {
  const hash = createHash('sha1');
  for (let left = bytes; left > 0; ) {
    // Odd lengths, so that pieces and read buffers never line up.
    const piece = PIECE.subarray(0, Math.min(left, 200_003 + (left % 500_009)));
    hash.update(piece);
    left -= piece.length;
    if (!socket.write(piece)) await once(socket, 'drain');
  }
  socket.end();
  return hash.digest('hex');
}

/** Reads with a pause of a few turns after each megabyte; answers the hash of what came. */
async function sip(socket: Socket): Promise<string> {
  const hash = createHash('sha1');
  let since = 0;
  for await (const chunk of socket) {
    hash.update(chunk as Buffer);
    since += (chunk as Buffer).length;
    if (since < 1_048_576) continue;
    since = 0;
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
  }
  return hash.digest('hex');
}

t.test(`${BYTES} bytes each way`, { timeout: 1_200_000 }, async (t) => {
  const backend = createServer({ allowHalfOpen: true });
  backend.listen(0, '127.0.0.1');
  await once(backend, 'listening');
  const { port } = backend.address() as AddressInfo;
  const child = spawn(process.execPath, [join(import.meta.dirname, '../support/relay-child.ts'), String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => {
    backend.close();
    child.kill();
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const pid = child.pid ?? 0;

  /** Both directions at once; whether both arrived as they were sent. */
  const exchange = async (bytes: number): Promise<boolean> => {
    const answered = once(backend, 'connection').then(([socket]) => Promise.all([pour(socket as Socket, bytes), sip(socket as Socket)]));
    const client = connect({ port: Number(line), host: '127.0.0.1', allowHalfOpen: true });
    const [sent, got] = await Promise.all([pour(client, bytes), sip(client)]);
    const [answerSent, answerGot] = await answered;
    return sent === answerGot && got === answerSent;
  };

  t.ok(await exchange(Math.ceil(BYTES / 10)), 'warm');
  const before = residentBytes(pid);
  let most = before;
  const look = setInterval(() => {
    most = Math.max(most, residentBytes(pid));
  }, 20);
  t.teardown(() => clearInterval(look));
  t.ok(await exchange(BYTES), 'every byte arrived as it was sent');
  t.comment(`resident memory: ${Math.round(before / 1e6)} MB before, ${Math.round(most / 1e6)} MB at most`);
  t.ok(most - before <= 10_000_000, `${Math.round((most - before) / 1e6)} MB more, at most 10`);
});
