import { once } from 'node:events';
import type { Socket } from 'node:net';
import t from 'tap';
import { RecordingCallbacks } from '../../test/support/connection.ts';
import { pair, READ_MODES, realLoop, turns, until } from '../../test/support/sockets.ts';
import { FakeClock } from '../base/clock.ts';
import { CLOSE_FLUSH, CLOSE_NO_FLUSH, CLOSE_RESET, GATHER_BYTES } from './connection.ts';
import { createDispatcher } from './event-loop.ts';
import { LINGER_MS } from './linger.ts';

/** Everything the peer receives, as latin1, until FIN or RST. */
async function readAll(peer: Socket): Promise<string> {
  let text = '';
  peer.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  await Promise.race([once(peer, 'end'), once(peer, 'close')]).catch(() => {});
  return text;
}

for (const [name, mode] of READ_MODES) {
  t.test(`${name}: bytes, FIN and close arrive in order`, async (t) => {
    const callbacks = new RecordingCallbacks();
    const { ours, peer, close } = await pair(mode, callbacks);
    t.teardown(close);
    ours.start(Buffer.from('peeked '));
    peer.write('hello');
    peer.end(' world');
    await until(() => callbacks.events.includes('end'), 'FIN');
    t.equal(ours.bytesReceived, 18);
    t.equal(ours.open, true);
    ours.writeLatin1('bye');
    ours.end();
    t.equal(await readAll(peer), 'bye');
    await until(() => callbacks.events.length === 3, 'close');
    t.same(callbacks.events, ['data:peeked hello world', 'end', 'close:remote']);
    t.equal(ours.bytesSent, 3);
    t.equal(ours.open, false);
  });

  t.test(`${name}: a connection that we end first was closed by us`, async (t) => {
    const callbacks = new RecordingCallbacks();
    const { ours, peer, close } = await pair(mode, callbacks);
    t.teardown(close);
    ours.start(null);
    ours.end();
    await once(peer.resume(), 'end');
    peer.end('last words');
    await until(() => callbacks.events.length === 3, 'close');
    t.same(callbacks.events, ['data:last words', 'end', 'close:local']);
  });

  t.test(`${name}: the peer's RST is a remote close without an error text`, async (t) => {
    const callbacks = new RecordingCallbacks();
    const { ours, peer, close } = await pair(mode, callbacks);
    t.teardown(close);
    ours.start(null);
    peer.resetAndDestroy();
    await until(() => callbacks.events.length > 0, 'close');
    t.same(callbacks.events, ['close:remote']);
    t.equal(ours.errorText, '');
  });

  t.test(`${name}: writing into a connection that the peer has reset closes it and throws nothing`, async (t) => {
    const callbacks = new RecordingCallbacks();
    const { ours, peer, close } = await pair(mode, callbacks);
    t.teardown(close);
    ours.readDisable(true);
    ours.start(null);
    peer.resetAndDestroy();
    await once(peer, 'close');
    const more = setInterval(() => ours.write(Buffer.alloc(100_000)), 1);
    t.teardown(() => clearInterval(more));
    await until(() => callbacks.events.length > 0, 'close');
    t.same(callbacks.events, ['close:remote']);
    ours.write(Buffer.from('late'));
    ours.writeLatin1('late');
    ours.reserve(10).write('late');
    ours.outAt += 4;
    ours.flush();
    ours.end();
    ours.close(CLOSE_RESET);
    t.same(callbacks.events, ['close:remote']);
  });

  t.test(`${name}: reading stops while it is disabled, counted`, async (t) => {
    const callbacks = new RecordingCallbacks();
    const { ours, peer, close } = await pair(mode, callbacks);
    t.teardown(close);
    ours.readDisable(true);
    ours.start(Buffer.from('peeked '));
    ours.readDisable(true);
    peer.write('x');
    ours.readDisable(false);
    await turns(50);
    t.same(callbacks.events, []);
    ours.readDisable(false);
    await until(() => callbacks.events.length > 0 && callbacks.events[0] === 'data:peeked x', 'input');
    ours.readDisable(true);
    peer.end('y');
    await turns(50);
    t.same(callbacks.events, ['data:peeked x']);
    ours.readDisable(false);
    await until(() => callbacks.events.includes('end'), 'FIN');
    t.same(callbacks.events, ['data:peeked xy', 'end']);
  });

  t.test(`${name}: closing with FLUSH delivers everything though the peer still sends`, async (t) => {
    const callbacks = new RecordingCallbacks();
    const { ours, peer, close } = await pair(mode, callbacks);
    t.teardown(close);
    ours.start(null);
    // The peer keeps sending and reads only later: with unread input in the kernel a plain close would be an RST.
    const noise = setInterval(() => peer.write(Buffer.alloc(50_000, 'n')), 1);
    await until(() => callbacks.events.length > 0, 'input');
    const answer = 'answer'.repeat(100_000);
    ours.writeLatin1(answer);
    ours.close(CLOSE_FLUSH);
    t.equal(ours.open, false);
    callbacks.events.length = 0;
    const text = await readAll(peer);
    t.equal(text.length, answer.length);
    t.equal(text, answer);
    clearInterval(noise);
    peer.end();
    await until(() => callbacks.events.length > 0, 'close');
    t.same(callbacks.events, ['close:local'], 'input after the close is not delivered');
  });

  t.test(`${name}: a peer that answers FLUSH with silence is cut off after ${LINGER_MS} ms`, async (t) => {
    const clock = new FakeClock();
    const dispatcher = createDispatcher({ clock, workerIndex: 0, timersRun: false });
    const callbacks = new RecordingCallbacks();
    const { ours, peer, close } = await pair(mode, callbacks, dispatcher);
    t.teardown(close);
    ours.start(null);
    ours.writeLatin1('bye');
    ours.close(CLOSE_FLUSH);
    await once(peer.resume(), 'end');
    clock.advance(LINGER_MS - 10);
    dispatcher.timers.endTurn();
    dispatcher.timers.advance();
    t.same(callbacks.events, []);
    clock.advance(20);
    dispatcher.timers.endTurn();
    dispatcher.timers.advance();
    t.same(callbacks.events, [], 'not from within the timer');
    await until(() => callbacks.events.length > 0, 'close');
    t.same(callbacks.events, ['close:local']);
    t.equal(ours.socket.destroyed, true);
  });

  t.test(`${name}: a peer that reads slowly gets all of it, however long that takes`, async (t) => {
    const clock = new FakeClock();
    const dispatcher = createDispatcher({ clock, workerIndex: 0, timersRun: false });
    const callbacks = new RecordingCallbacks();
    const { ours, peer, close } = await pair(mode, callbacks, dispatcher);
    t.teardown(close);
    ours.start(null);
    // Several writes that wait in line: the kernel works on the first.
    for (let i = 0; i < 4; i++) ours.write(Buffer.alloc(8_000_000, 'b'));
    ours.close(CLOSE_FLUSH);
    let got = 0;
    peer.on('data', (chunk: Buffer) => {
      got += chunk.length;
    });
    while (got < 32_000_000) {
      const before = got;
      peer.resume();
      await until(() => got > before + 3_000_000 || got === 32_000_000, 'more bytes');
      peer.pause();
      await turns(5);
      clock.advance(LINGER_MS + 10);
      dispatcher.timers.endTurn();
      dispatcher.timers.advance();
    }
    t.equal(got, 32_000_000);
    peer.resume();
    peer.end();
    await until(() => callbacks.events.length > 0, 'close');
    t.same(callbacks.events, ['close:local']);
  });

  t.test(`${name}: NO_FLUSH drops what is gathered, RESET says so to the peer, and onClose comes at the end of the turn`, async (t) => {
    for (const [type, code] of [
      [CLOSE_NO_FLUSH, ''],
      [CLOSE_RESET, 'ECONNRESET'],
    ] as const) {
      const callbacks = new RecordingCallbacks();
      const { dispatcher, ours, peer, close } = await pair(mode, callbacks);
      t.teardown(close);
      ours.start(null);
      let error = '';
      peer.on('error', (e: NodeJS.ErrnoException) => {
        error = e.code ?? '';
      });
      ours.writeLatin1('lost');
      ours.close(type);
      t.same(callbacks.events, []);
      t.equal(ours.open, false);
      const got = readAll(peer);
      await until(() => callbacks.events.length > 0, 'close');
      t.same(callbacks.events, ['close:local']);
      t.equal(await got, '');
      t.equal(error, code);
      t.equal(dispatcher.memory.free.gather, 1, 'the gather buffer is back');
    }
  });

  t.test(`${name}: losing patience with a FLUSH that does not end`, async (t) => {
    const callbacks = new RecordingCallbacks();
    const { ours, peer, close } = await pair(mode, callbacks);
    t.teardown(close);
    ours.start(null);
    peer.pause();
    ours.write(Buffer.alloc(20_000_000));
    ours.close(CLOSE_FLUSH);
    t.equal(ours.socket.destroyed, false);
    ours.close(CLOSE_RESET);
    t.equal(ours.socket.destroyed, true);
    await until(() => callbacks.events.length > 0, 'close');
    t.same(callbacks.events, ['close:local']);
  });

  t.test(`${name}: a slow reader drives the watermarks, and both come once`, async (t) => {
    const callbacks = new RecordingCallbacks();
    const { ours, peer, close } = await pair(mode, callbacks);
    t.teardown(close);
    peer.pause();
    ours.setBufferLimit(1_000_000);
    ours.start(null);
    let sent = 0;
    while (!callbacks.events.includes('high')) {
      ours.write(Buffer.alloc(50_000));
      sent += 50_000;
    }
    t.ok(ours.bufferedBytes > 1_000_000 && ours.bufferedBytes <= 1_050_000, `${ours.bufferedBytes} bytes buffered`);
    let got = 0;
    peer.on('data', (chunk: Buffer) => {
      got += chunk.length;
    });
    peer.resume();
    await until(() => got === sent, 'everything');
    await until(() => callbacks.events.includes('low'), 'the low watermark');
    t.same(callbacks.events, ['high', 'low']);
    t.equal(ours.bufferedBytes, 0);
  });
}

t.test('small pieces of one turn leave in one write, and the buffer goes back', async (t) => {
  const callbacks = new RecordingCallbacks();
  const { dispatcher, ours, peer, close } = await pair(READ_MODES[0]?.[1] ?? 0, callbacks);
  t.teardown(close);
  ours.start(null);
  let writes = 0;
  const handle = (ours.socket as unknown as { _handle: { writeBuffer(request: null, data: Buffer): number } })._handle;
  const write = handle.writeBuffer.bind(handle);
  handle.writeBuffer = (request, data) => {
    writes++;
    return write(request, data);
  };
  ours.writeLatin1('head ');
  const out = ours.reserve(5);
  out.latin1Write('small', ours.outAt);
  ours.outAt += 5;
  ours.write(Buffer.from(' body'));
  t.equal(ours.bufferedBytes, 15);
  const [chunk] = (await once(peer, 'data')) as [Buffer];
  t.equal(chunk.toString(), 'head small body');
  t.equal(writes, 1);
  t.same(dispatcher.memory.free, { read: 0, gather: 1 });
});

t.test('what is gathered beyond the buffer, and what is flushed, leaves early and in order', async (t) => {
  const callbacks = new RecordingCallbacks();
  const { ours, peer, close } = await pair(READ_MODES[0]?.[1] ?? 0, callbacks);
  t.teardown(close);
  ours.start(null);
  let expected = '';
  for (let i = 0; i < 100; i++) {
    const text = String.fromCharCode(97 + (i % 26)).repeat(i * 37);
    ours.writeLatin1(text);
    expected += text;
    if (i % 30 === 29) ours.flush();
  }
  ours.write(Buffer.alloc(20_000, 'L'));
  ours.writeLatin1('x'.repeat(GATHER_BYTES + 1));
  ours.writeLatin1('end');
  ours.end();
  t.equal(await readAll(peer), `${expected}${'L'.repeat(20_000)}${'x'.repeat(GATHER_BYTES + 1)}end`);
});

t.test('a reader that is blocked keeps small writes in one gather buffer', async (t) => {
  const { dispatcher, ours, peer, close } = await pair(READ_MODES[0]?.[1] ?? 0, new RecordingCallbacks(), realLoop());
  t.teardown(close);
  ours.start(null);
  ours.write(Buffer.alloc(20_000_000, 'b'));
  t.ok(ours.bufferedBytes > 0);
  for (let i = 0; i < 50; i++) {
    ours.writeLatin1('0123456789');
    await new Promise((resolve) => setImmediate(resolve));
  }
  t.equal(ours.outAt, 500);
  ours.end();
  const text = await readAll(peer);
  t.equal(text.length, 20_000_500);
  t.ok(text.endsWith('0123456789'.repeat(50)));
  peer.end();
  await until(() => ours.socket.destroyed && dispatcher.memory.inUse === 0, 'every block to come back');
  t.same(dispatcher.memory.free, { read: 0, gather: 1 });
});
