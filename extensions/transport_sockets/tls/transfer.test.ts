import { createHash, randomBytes } from 'node:crypto';
import t from 'tap';
import { CLOSE_FLUSH, type Connection, type ConnectionCallbacks } from '../../../src/net/connection.ts';
import { newAuthority } from '../../../test/support/certificates.ts';
import { turns, until } from '../../../test/support/sockets.ts';
import { TlsBench } from '../../../test/support/tls.ts';
import { contextJson } from '../../../test/support/tls-json.ts';
import * as definitions from './index.ts';

const root = newAuthority('root');
const server = root.workload('spiffe://td/server');
const PARAMS = ['TLSv1_2', 'TLSv1_3'];

/** Two established connections. */
async function pair(bench: TlsBench, version: string): Promise<{ client: Connection; accepted: Connection }> {
  const address = await bench.serve(bench.downstream(contextJson({ certificate: server })));
  const params = { tls_params: { tls_maximum_protocol_version: version } };
  const { connection } = await bench.shake(bench.upstream(contextJson({ trusts: root.pem, common: params })), address);
  await until(() => bench.served[0]?.connection !== null, 'the server');
  return { client: connection, accepted: bench.served[0]?.connection as Connection };
}

/** Takes bytes, pausing now and then. */
class Sink implements ConnectionCallbacks {
  readonly hash = createHash('sha256');
  readonly events: string[] = [];
  received = 0;
  paused = false;
  readonly connection: Connection;
  readonly pauseEvery: number;
  private sincePause = 0;
  /** Bytes that came while reading was paused. */
  late = 0;

  constructor(connection: Connection, pauseEvery: number) {
    this.connection = connection;
    this.pauseEvery = pauseEvery;
    connection.setCallbacks(this);
  }

  onConnected(): void {}

  onData(buffer: Buffer, start: number, end: number): void {
    if (this.paused) this.late += end - start;
    this.hash.update(buffer.subarray(start, end));
    this.received += end - start;
    this.sincePause += end - start;
    if (this.pauseEvery === 0 || this.sincePause < this.pauseEvery) return;
    this.sincePause = 0;
    this.paused = true;
    this.connection.readDisable(true);
    setImmediate(() => {
      this.paused = false;
      this.connection.readDisable(false);
    });
  }

  onEnd(): void {
    this.events.push('end');
  }

  onClose(): void {
    this.events.push('close');
  }

  onAboveHighWatermark(): void {
    this.events.push('high');
  }

  onBelowLowWatermark(): void {
    this.events.push('low');
  }
}

for (const version of PARAMS) {
  t.test(`${version}: what is written in pieces of any size arrives, in order and whole, also at a reader that pauses`, async (t) => {
    const bench = new TlsBench(definitions);
    t.teardown(() => bench.close());
    const { client, accepted } = await pair(bench, version);
    const sink = new Sink(accepted, 50_000);
    const source = new Sink(client, 0);
    client.setBufferLimit(256 * 1024);
    const expected = createHash('sha256');
    let sent = 0;
    const sizes = [1, 100, 8191, 8192, 16_383, 16_384, 16_385, 40_000, 65_536, 200_000, 7];
    for (let round = 0; round < 20; round++) {
      for (const size of sizes) {
        const piece = randomBytes(size);
        expected.update(piece);
        sent += size;
        client.write(piece);
        // Small pieces are copied: what happens to them later must not matter.
        if (size < 8192) piece.fill(0);
        if (size === 100) {
          client.writeLatin1('head');
          expected.update('head');
          sent += 4;
        }
        if (size === 40_000) await turns(1);
      }
      await until(() => client.bufferedBytes < 256 * 1024, 'room');
    }
    client.end();
    await until(() => sink.events.includes('end'), 'the end');
    t.equal(sink.received, sent);
    t.equal(sink.hash.digest('hex'), expected.digest('hex'));
    t.equal(sink.late, 0, 'nothing is handed on while reading is paused');
    t.equal(client.bytesSent, sent);
    t.equal(accepted.bytesReceived, sent);
    t.ok(source.events.includes('high'));
    t.equal(source.events.filter((event) => event === 'high').length, source.events.filter((event) => event === 'low').length);
  });

  t.test(`${version}: a reader that takes nothing stops the writer, and the end waits behind what is queued`, async (t) => {
    const bench = new TlsBench(definitions);
    t.teardown(() => bench.close());
    const { client, accepted } = await pair(bench, version);
    const sink = new Sink(accepted, 0);
    const source = new Sink(client, 0);
    client.setBufferLimit(64 * 1024);
    accepted.readDisable(true);
    let sent = 0;
    const piece = Buffer.alloc(30_000, 'x');
    while (client.bufferedBytes < 512 * 1024) {
      client.write(piece);
      sent += piece.length;
      await turns(1);
    }
    t.same(source.events, ['high']);
    t.equal(sink.received, 0);
    client.close(CLOSE_FLUSH);
    accepted.readDisable(false);
    await until(() => sink.events.includes('end'), 'the end');
    t.equal(sink.received, sent);
    accepted.close(CLOSE_FLUSH);
    await until(() => source.events.includes('close') && sink.events.includes('close'), 'both closed');
    t.equal(bench.dispatcher.memory.inUse, 0, 'no block is held');
  });
}

t.test('a peer that is cut off in the middle leaves no block behind', async (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const { client, accepted } = await pair(bench, 'TLSv1_2');
  const sink = new Sink(accepted, 0);
  const source = new Sink(client, 0);
  accepted.readDisable(true);
  for (let i = 0; i < 40; i++) client.write(Buffer.alloc(100_000, 'x'));
  accepted.close(2);
  await until(() => source.events.includes('close') && sink.events.includes('close'), 'both closed');
  t.equal(bench.dispatcher.memory.inUse, 0);
  client.write(Buffer.from('late'));
  client.flush();
});
