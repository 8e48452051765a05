import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import t from 'tap';
import { relay } from '../../test/support/relay.ts';
import { listenTo, READ_MODES, realLoop, until } from '../../test/support/sockets.ts';
import { MAX_READERS } from './loop-memory.ts';

/** Deterministic noise, so that a failure can be repeated. */
class Random {
  private state: number;
  constructor(seed: number) {
    this.state = seed >>> 0;
  }
  next(): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return this.state / 2 ** 32;
  }
  /** Mostly small, sometimes a few read buffers long. */
  size(): number {
    return 1 + Math.floor(this.next() ** 6 * 300_000);
  }
}

const NOISE = Buffer.alloc(1_048_576);
const fill = new Random(7);
for (let i = 0; i < NOISE.length; i++) NOISE[i] = Math.floor(fill.next() * 256);

/** Sends `total` bytes in pieces of random size and ends; returns the hash of what it sent. */
async function send(socket: Socket, total: number, random: Random): Promise<string> {
  const hash = createHash('sha1');
  let left = total;
  while (left > 0) {
    const n = Math.min(left, random.size());
    const at = Math.floor(random.next() * (NOISE.length - n));
    const piece = NOISE.subarray(at, at + n);
    hash.update(piece);
    left -= n;
    if (!socket.write(piece)) await once(socket, 'drain');
    else if (random.next() < 0.2) await new Promise((resolve) => setImmediate(resolve));
  }
  socket.end();
  return hash.digest('hex');
}

/** Reads to the end, stopping now and then for a few turns; returns the hash of what came. */
async function receive(socket: Socket, random: Random): Promise<string> {
  const hash = createHash('sha1');
  for await (const chunk of socket) {
    hash.update(chunk as Buffer);
    if (random.next() < 0.3) for (let i = random.next() * 20; i > 0; i--) await new Promise((resolve) => setImmediate(resolve));
  }
  return hash.digest('hex');
}

for (const [name, mode] of READ_MODES) {
  t.test(`${name}: no byte changes on its way between many connections with slow readers`, { timeout: 120_000 }, async (t) => {
    const connections = 80; // more than may own a read block
    const bytes = 700_000;
    const dispatcher = realLoop();
    const answers: Promise<[sent: string, got: string]>[] = [];
    const backend = await listenTo((socket) => {
      const random = new Random(answers.length + 1000);
      answers.push(Promise.all([send(socket, bytes, random), receive(socket, random)]));
    });
    const proxy = await listenTo((socket) => {
      relay(dispatcher, socket, backend.address, mode, 100_000);
    });
    t.teardown(() => {
      backend.server.close();
      proxy.server.close();
      dispatcher.close();
    });

    const clients = Array.from({ length: connections }, async (_, i): Promise<[sent: string, got: string]> => {
      const random = new Random(i);
      const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
      return Promise.all([send(socket, bytes, random), receive(socket, random)]);
    });
    const up: string[] = [];
    const down: string[] = [];
    for (const [sent, got] of await Promise.all(clients)) {
      up.push(sent);
      down.push(got);
    }
    const upGot: string[] = [];
    const downSent: string[] = [];
    for (const [sent, got] of await Promise.all(answers)) {
      downSent.push(sent);
      upGot.push(got);
    }
    t.ok(connections > MAX_READERS);
    t.equal(new Set(up).size, connections, 'every connection sent something else');
    t.same(up.sort(), upGot.sort(), 'requests');
    t.same(downSent.sort(), down.sort(), 'answers');
    await until(() => dispatcher.memory.readers === 0 && dispatcher.memory.inUse === 0, 'every block to come back');
  });
}

t.test('a relay with a slow reader holds no more than its buffers', { timeout: 120_000 }, async (t) => {
  const dispatcher = realLoop();
  const total = 96 * 1_048_576;
  let got = 0;
  const backend = await listenTo((socket) => {
    socket.on('data', (chunk: Buffer) => {
      got += chunk.length;
      socket.pause();
      setImmediate(() => setImmediate(() => socket.resume()));
    });
    socket.on('end', () => socket.end());
    socket.resume();
  });
  let most = 0;
  const proxy = await listenTo((socket) => {
    const client = relay(dispatcher, socket, backend.address, READ_MODES[0]?.[1] ?? 0, 1_048_576);
    const look = setInterval(() => {
      most = Math.max(most, dispatcher.memory.inUse);
      if (!client.open) clearInterval(look);
    }, 5);
  });
  t.teardown(() => {
    backend.server.close();
    proxy.server.close();
    dispatcher.close();
  });
  const socket = connect({ port: proxy.port, host: '127.0.0.1' });
  socket.resume();
  let sent = 0;
  while (sent < total) {
    sent += NOISE.length;
    if (!socket.write(NOISE)) await once(socket, 'drain');
  }
  socket.end();
  await once(socket, 'close');
  t.equal(got, total);
  t.ok(most > 0 && most <= 60, `${most} blocks at most`);
  await until(() => dispatcher.memory.readers === 0 && dispatcher.memory.inUse === 0, 'every block to come back');
});
