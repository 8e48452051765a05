import t from 'tap';
import {
  block,
  ClientEnd,
  END,
  END_HEADERS,
  END_STREAM,
  frame,
  get,
  ok,
  PADDED,
  post,
  ServerEnd,
  settings,
  u32,
} from '../../../test/support/h2-wire.ts';
import { fieldLines, type RecordedRequest, responseHeaders, trailers } from '../../../test/support/http-messages.ts';
import { FAULTS } from '../faults.ts';

const open = (id: number): Buffer => frame('HEADERS', END_HEADERS, id, post());
const whole = (id: number): Buffer => frame('HEADERS', END, id, get());
const PIECE = Buffer.alloc(16384, 'p');

/** Adds up the payloads of DATA frames: `DATA 1 (16384)`. */
function received(frames: readonly string[], id: number): number {
  let bytes = 0;
  for (const each of frames) {
    const match = /^DATA (\d+)(?: END)? ?(?:\((\d+)\)|(.*))$/.exec(each);
    if (match !== null && Number(match[1]) === id) bytes += match[2] === undefined ? (match[3] ?? '').length : Number(match[2]);
  }
  return bytes;
}

function respond(request: RecordedRequest | undefined, bytes: number, end: boolean): void {
  request?.encoder.encodeHeaders(responseHeaders(200), false);
  request?.encoder.encodeData(Buffer.alloc(bytes, 'x'), end);
}

t.test('credit comes back when data was handed on, half a window at a time', (t) => {
  const end = new ServerEnd({ initialStreamWindow: 65536, initialConnectionWindow: 131072 });
  end.send(open(1));
  t.same(end.send(frame('DATA', 0, 1, PIECE)), []);
  t.same(end.send(frame('DATA', 0, 1, PIECE)), ['WINDOW_UPDATE 1 32768']);
  t.same(
    end.send(frame('DATA', 0, 1, PIECE), frame('DATA', END_STREAM, 1, PIECE)),
    ['WINDOW_UPDATE 0 65536'],
    'a stream that ended needs none',
  );
  t.equal(end.requests[0]?.body.length, 65536);
  t.end();
});

t.test('padding is given back at once', (t) => {
  const end = new ServerEnd({ initialStreamWindow: 65535, initialConnectionWindow: 65535 });
  end.send(open(1));
  const padded = frame('DATA', PADDED, 1, Buffer.concat([Buffer.of(255), Buffer.from('x'), Buffer.alloc(255)]));
  let updates: string[] = [];
  for (let i = 0; i < 1000; i++) updates = updates.concat(end.send(padded));
  t.equal(end.requests[0]?.body.length, 1000);
  t.equal(updates.filter((each) => each.startsWith('WINDOW_UPDATE 1')).length, 7);
  t.equal(updates.filter((each) => each.startsWith('WINDOW_UPDATE 0')).length, 7);
  t.end();
});

t.test('a stream that is stopped keeps its credit, and what comes all the same waits', (t) => {
  const end = new ServerEnd({ initialStreamWindow: 65536, initialConnectionWindow: 131072 });
  end.send(open(1), open(3));
  const stopped = end.requests[0] as RecordedRequest;
  stopped.encoder.readDisable(true);
  t.same(end.send(...new Array(4).fill(frame('DATA', 0, 1, PIECE))), []);
  t.equal(stopped.body, '');
  t.same(end.send(frame('DATA', 0, 3, PIECE), frame('DATA', 0, 3, PIECE)), ['WINDOW_UPDATE 3 32768'], 'the other one goes on');
  stopped.encoder.readDisable(false);
  t.equal(stopped.body, '', 'not from within the call');
  t.same(end.take(), ['WINDOW_UPDATE 0 65536', 'WINDOW_UPDATE 1 32768', 'WINDOW_UPDATE 1 32768']);
  t.equal(stopped.body.length, 65536);
  t.end();
});

t.test('data that made somebody stop is not given back before it goes on', (t) => {
  const end = new ServerEnd({ initialStreamWindow: 32768, initialConnectionWindow: 65535 });
  end.send(open(1));
  const request = end.requests[0] as RecordedRequest;
  const { decodeData } = request;
  request.decodeData = (data, last) => {
    decodeData.call(request, data, last);
    request.encoder.readDisable(true);
  };
  t.same(end.send(frame('DATA', 0, 1, PIECE)), []);
  t.equal(request.body.length, 16384);
  request.encoder.readDisable(false);
  t.same(end.take(), ['WINDOW_UPDATE 1 16384']);
  t.end();
});

t.test('single bytes that wait cost no buffer each', (t) => {
  const end = new ServerEnd({ maxConsecutiveEmptyFrames: 1 });
  end.send(open(1));
  end.requests[0]?.encoder.readDisable(true);
  const before = process.memoryUsage().arrayBuffers;
  end.send(...new Array(30_000).fill(frame('DATA', 0, 1, 'x')));
  t.ok(process.memoryUsage().arrayBuffers - before < 2_000_000);
  end.requests[0]?.encoder.readDisable(false);
  end.take();
  t.equal(end.requests[0]?.body.length, 30_000);
  t.end();
});

t.test('what a stream withheld goes back to the connection when it ends', (t) => {
  for (const how of ['reset by the client', 'reset by us', 'answered'] as const) {
    const end = new ServerEnd({ initialStreamWindow: 65536, initialConnectionWindow: 131072 });
    end.send(open(1));
    const request = end.requests[0] as RecordedRequest;
    request.encoder.readDisable(true);
    end.send(...new Array(4).fill(frame('DATA', 0, 1, PIECE)));
    let frames: string[] = [];
    if (how === 'reset by the client') frames = end.send(frame('RST_STREAM', 0, 1, u32(8)));
    else if (how === 'reset by us') request.encoder.reset(FAULTS.LOCAL_RESET);
    else request.encoder.encodeHeaders(responseHeaders(200), true);
    frames = frames.concat(end.take());
    t.ok(frames.includes('WINDOW_UPDATE 0 65536'), how);
    request.encoder.readDisable(false);
    t.same(end.take(), []);
  }
  t.end();
});

t.test('DATA for a stream that we reset counts for the connection, and comes back', (t) => {
  const end = new ServerEnd({ initialStreamWindow: 65536, initialConnectionWindow: 65536 });
  end.send(open(1));
  end.requests[0]?.encoder.reset(FAULTS.LOCAL_RESET);
  end.take();
  t.same(end.send(frame('DATA', 0, 1, PIECE), frame('DATA', END_STREAM, 1, PIECE)), ['WINDOW_UPDATE 0 32768']);
  t.end();
});

t.test('trailers wait behind data that waits', (t) => {
  const end = new ServerEnd();
  end.send(open(1), open(3));
  const [first, second] = end.requests;
  first?.encoder.readDisable(true);
  second?.encoder.readDisable(true);
  end.send(frame('DATA', 0, 1, 'body'), frame('HEADERS', END, 1, block('x-t: 1')), frame('HEADERS', END, 3, block('x-t: 2')));
  t.equal(first?.trailers, null);
  t.equal(second?.trailers, null);
  first?.encoder.readDisable(false);
  second?.encoder.readDisable(false);
  end.take();
  t.equal(first?.body, 'body');
  t.same(first?.trailers && fieldLines(first.trailers), ['x-t: 1']);
  t.same(second?.trailers && fieldLines(second.trailers), ['x-t: 2']);
  t.ok(first?.complete && second?.complete);
  t.end();
});

t.test('the end alone waits too', (t) => {
  const end = new ServerEnd();
  end.send(open(1));
  end.requests[0]?.encoder.readDisable(true);
  end.send(frame('DATA', END_STREAM, 1, ''));
  t.notOk(end.requests[0]?.complete);
  end.requests[0]?.encoder.readDisable(false);
  end.take();
  t.ok(end.requests[0]?.complete);
  t.end();
});

t.test('a response waits for the window of its stream, and its writer is told', (t) => {
  const end = new ServerEnd();
  end.send(settings(4, 1000), open(1));
  const request = end.requests[0] as RecordedRequest;
  respond(request, 50_000, false);
  t.same(end.take(), ['HEADERS 1 :status 200', 'DATA 1 (1000)']);
  t.equal(request.above, 1);
  t.equal(end.stat('pending_send_bytes'), 49_000);
  t.equal(received(end.send(frame('WINDOW_UPDATE', 0, 1, u32(30_000))), 1), 30_000);
  t.equal(request.below, 0, 'more than the low watermark is left');
  t.equal(received(end.send(frame('WINDOW_UPDATE', 0, 1, u32(10_000))), 1), 10_000);
  t.equal(request.below, 1);
  request.encoder.encodeData(Buffer.from('!'), false);
  request.encoder.encodeTrailers(trailers('x-t: 1'));
  t.same(end.take(), []);
  t.equal(received(end.send(frame('WINDOW_UPDATE', 0, 1, u32(9_000))), 1), 9_000);
  t.same(end.send(frame('WINDOW_UPDATE', 0, 1, u32(9_000)), frame('DATA', END_STREAM, 1, '')), [
    'DATA 1 !',
    'HEADERS 1 END x-t: 1',
    'RST_STREAM 1 NO_ERROR',
  ]);
  t.equal(end.stat('pending_send_bytes'), 0);
  t.end();
});

t.test('streams share the window of the connection, a frame each in turn', (t) => {
  const end = new ServerEnd();
  end.send(settings(4, 1 << 20), whole(1), whole(3), whole(5));
  // The first one takes the whole window of 65,535 bytes.
  respond(end.requests[0], 200_000, true);
  respond(end.requests[1], 40_000, true);
  respond(end.requests[2], 10_000, true);
  t.equal(received(end.take(), 1), 65535);
  const frames = end.send(frame('WINDOW_UPDATE', 0, 0, u32(60_000)));
  t.same(frames, ['DATA 1 (16384)', 'DATA 3 (16384)', 'DATA 5 END (10000)', 'DATA 1 (16384)', 'DATA 3 (848)']);
  t.same(end.send(frame('RST_STREAM', 0, 1, u32(8)), frame('WINDOW_UPDATE', 0, 0, u32(1 << 20))), ['DATA 3 (16384)', 'DATA 3 END (6384)']);
  t.equal(end.stat('pending_send_bytes'), 0);
  t.end();
});

t.test('one stalled stream does not hold up the others', (t) => {
  const end = new ServerEnd();
  end.send(settings(4, 10), frame('WINDOW_UPDATE', 0, 0, u32(1 << 20)));
  for (let id = 1; id < 200; id += 2) end.send(whole(id));
  for (const request of end.requests) respond(request, 1000, true);
  end.take();
  let frames: string[] = [];
  for (let id = 3; id < 200; id += 2) frames = frames.concat(end.send(frame('WINDOW_UPDATE', 0, id, u32(1000))));
  t.equal(frames.filter((each) => each.includes(' END ')).length, 99);
  t.equal(end.stat('pending_send_bytes'), 990);
  t.equal(end.codec.activeStreams, 1);
  t.end();
});

t.test('a socket that is full holds back DATA, not the rest', (t) => {
  const end = new ServerEnd();
  end.connection.setBufferLimit(20_000);
  end.send(settings(4, 1 << 20), frame('WINDOW_UPDATE', 0, 0, u32(1 << 20)), open(1), open(3));
  const [first, second] = end.requests;
  end.connection.stopReading();
  respond(first, 100_000, false);
  end.connection.dispatcher.settle();
  t.equal(first?.above, 1);
  t.equal(second?.above, 1, 'everybody is told');
  t.ok(end.connection.bufferedBytes < 60_000);
  second?.encoder.encodeHeaders(responseHeaders(200), false);
  second?.encoder.encodeData(Buffer.from('waits'), true);
  end.connection.dispatcher.settle();
  end.connection.resumeReading();
  const frames = end.take();
  t.equal(received(frames, 1), 100_000);
  t.ok(frames.includes('HEADERS 3 :status 200'));
  t.ok(frames.includes('DATA 3 END waits'));
  t.equal(first?.below, 1);
  t.end();
});

t.test('a response that nobody takes is given up after its time', (t) => {
  const end = new ServerEnd({ flushTimeoutMs: 5000 });
  end.send(settings(4, 10), whole(1), whole(3));
  respond(end.requests[0], 1000, true);
  respond(end.requests[1], 5, true);
  end.take();
  end.connection.dispatcher.advance(4900);
  t.same(end.take(), []);
  end.connection.dispatcher.advance(200);
  t.same(end.take(), ['RST_STREAM 1 CANCEL']);
  t.equal(end.stat('tx_flush_timeout'), 1);
  t.equal(end.stat('pending_send_bytes'), 0);
  t.equal(end.codec.activeStreams, 0);
  t.end();
});

t.test('requests wait for windows like responses', (t) => {
  const end = new ClientEnd({}, Buffer.concat([settings(4, 10), frame('SETTINGS', 1, 0)]));
  const response = end.ask('POST', false);
  response.encoder?.encodeData(Buffer.alloc(40_000, 'x'), false);
  t.same(end.take(), ['DATA 1 xxxxxxxxxx']);
  t.equal(response.above, 1);
  t.equal(received(end.send(frame('WINDOW_UPDATE', 0, 1, u32(100_000))), 1), 39_990);
  t.equal(response.below, 1);
  response.encoder?.encodeData(Buffer.alloc(0), true);
  t.same(end.take(), ['DATA 1 END']);
  end.send(frame('HEADERS', END, 1, ok()));
  t.same(end.events, ['free']);
  t.end();
});

t.test('all frames of a turn leave in one write', (t) => {
  const end = new ServerEnd();
  const before = end.connection.writes;
  end.connection.push(Buffer.concat([whole(1), whole(3), frame('PING', 0, 0, '8 bytes!')]));
  for (const request of end.requests) respond(request, 100, true);
  t.equal(end.take().length, 5);
  t.equal(end.connection.writes - before, 1);
  t.end();
});

t.test('a connection whose window is taken by streams that nobody reads is passed over until they are read', (t) => {
  const end = new ClientEnd({ initialStreamWindow: 65536, initialConnectionWindow: 131072 });
  const first = end.ask();
  const second = end.ask();
  first.encoder?.readDisable(true);
  second.encoder?.readDisable(true);
  end.send(frame('HEADERS', END_HEADERS, 1, ok()), frame('HEADERS', END_HEADERS, 3, ok()));
  end.send(...new Array(4).fill(frame('DATA', 0, 1, PIECE)));
  t.equal(end.codec.available, 1022);
  end.send(frame('DATA', 0, 3, 'x'));
  t.equal(end.codec.available, 0);
  first.encoder?.reset(FAULTS.LOCAL_RESET);
  t.same(end.events, ['capacity', 'broken']);
  t.equal(end.codec.available, 1023);
  end.connection.fail('');
  t.end();
});

t.test('a stream whose end waits because nobody reads is counted as closing', (t) => {
  const end = new ClientEnd();
  const [first, second, third] = [end.ask(), end.ask(), end.ask('POST', false)];
  const closing = (): number => end.stat('deferred_stream_close');
  for (const [i, response] of [first, second, third].entries()) {
    response.encoder?.readDisable(true);
    end.send(frame('HEADERS', END_HEADERS, 2 * i + 1, ok()), frame('DATA', END_STREAM, 2 * i + 1, 'x'));
  }
  t.equal(closing(), 2, 'the third request has not ended');
  third.encoder?.encodeData(Buffer.alloc(0), true);
  t.equal(closing(), 3);
  first.encoder?.readDisable(false);
  end.connection.dispatcher.settle();
  t.equal(closing(), 2);
  second.encoder?.reset(FAULTS.LOCAL_RESET);
  t.equal(closing(), 1);
  end.connection.fail('');
  t.equal(closing(), 0);
  t.end();
});
