/**
 * Random damage to good and bad messages, in random pieces: whatever comes, nothing is thrown, nothing follows an end, every stream ends once and
 * the counts of stopped reading come out even. The generator is seeded, so that a failure can be repeated.
 */
import t from 'tap';
import { H1_RESPONSE_ROWS } from '../../../test/conformance/h1-response-rows.ts';
import { H1_ROWS } from '../../../test/conformance/h1-rows.ts';
import { FakeConnection } from '../../../test/support/connection.ts';
import { answerOk, RecordedResponse, RecordingServer, requestHeaders } from '../../../test/support/http-messages.ts';
import { FAULTS } from '../faults.ts';
import { H1ClientConnection } from './client.ts';
import { H1ServerConnection } from './server.ts';
import { CLIENT_DEFAULTS, SERVER_DEFAULTS } from './settings.ts';

const FAULT = FAULTS.LOCAL_RESET;
const SETTINGS = { ...SERVER_DEFAULTS, acceptHttp10: true, enableTrailers: true };
const SEED = Number(process.env['FUZZ_SEED'] ?? 20261121);
const BUDGET_MS = Number(process.env['FUZZ_MS'] ?? 900);

/** Numbers in [0, 1): mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), 1 | state);
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
    return ((z ^ (z >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

const random = randomOf(SEED);
const below = (n: number): number => Math.floor(random() * n);
const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;

const SPICE = [
  '\r\n',
  '\n',
  '\r',
  '\r\n\r\n',
  ' ',
  '\t',
  ':',
  ',',
  ';',
  '0',
  '\x00',
  '\xff',
  'chunked',
  'Transfer-Encoding: chunked\r\n',
  'Content-Length: 1\r\n',
  'HTTP/1.1',
  '/',
  '1\r\nx\r\n',
  'Connection: close\r\n',
  'Upgrade: x\r\nConnection: upgrade\r\n',
];

function damage(text: string, others: readonly string[]): string {
  let bytes = text;
  for (let i = below(4); i > 0; i--) {
    const at = below(bytes.length + 1);
    switch (below(6)) {
      case 0:
        bytes = bytes.slice(0, at) + String.fromCharCode(below(256)) + bytes.slice(at + 1);
        break;
      case 1:
        bytes = bytes.slice(0, at) + pick(SPICE) + bytes.slice(at);
        break;
      case 2:
        bytes = bytes.slice(0, at) + bytes.slice(at + 1 + below(8));
        break;
      case 3:
        bytes = bytes.slice(0, at) + bytes.slice(Math.max(0, at - below(40)));
        break;
      case 4:
        bytes += pick(others);
        break;
      default:
        bytes = bytes.slice(0, at) + pick(others).slice(below(30));
    }
  }
  return bytes;
}

function pieces(bytes: string): string[] {
  const list: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = random() < 0.3 ? bytes.length : 1 + below(random() < 0.5 ? 4 : 60);
    list.push(bytes.slice(at, at + size));
    at += size;
  }
  return list;
}

/** Runs `once` with fresh inputs for the time that it is given; returns how often. */
function fuzz(samples: readonly string[], once: (bytes: string) => void): number {
  const until = performance.now() + BUDGET_MS;
  let runs = 0;
  for (; runs < 200 || performance.now() < until; runs++) once(damage(pick(samples), samples));
  return runs;
}

/** What a server makes of bytes that come in these pieces; `end` says how the client leaves. */
function serve(list: readonly string[], settling: readonly boolean[], end: number) {
  const connection = new FakeConnection();
  let answers = 0;
  const server = new RecordingServer(
    (request) => {
      if (++answers % 5 === 0) request.encoder.reset(FAULT);
      else answerOk(request);
    },
    () => connection.close(0),
  );
  const codec = new H1ServerConnection(connection, server, SETTINGS);
  connection.setCallbacks({
    onConnected() {},
    onData: (buffer, start, end) => codec.onData(buffer, start, end),
    onEnd: () => codec.onEnd(),
    onClose: () => codec.onClose(),
    onAboveHighWatermark: () => codec.onAboveHighWatermark(),
    onBelowLowWatermark: () => codec.onBelowLowWatermark(),
  });
  for (let i = 0; i < list.length; i++) {
    connection.push(list[i] as string);
    if (settling[i % settling.length]) connection.dispatcher.settle();
  }
  connection.dispatcher.settle();
  const open = connection.open;
  if (end === 0) connection.pushEnd();
  else connection.fail(end === 1 ? '' : 'reset');
  connection.dispatcher.settle();
  // A tunnel that was asked for and never granted holds input back to the end.
  if (codec.activeStreams !== 0 && connection.open && connection.readDisabled === 0) return 'a stream is left';
  const requests = server.complete.map(({ headers, fields, body }) => [headers?.method, headers?.authority, headers?.path, fields, body]);
  return JSON.stringify([open, requests]);
}

t.test('server: no damage is fatal, and what is read does not depend on how it was cut', (t) => {
  const samples = H1_ROWS.map((row) => row.bytes).filter((bytes) => bytes.length < 2000);
  const wrong: unknown[] = [];
  const runs = fuzz(samples, (bytes) => {
    const end = below(3);
    const whole = serve([bytes], [true], end);
    const cut = serve(pieces(bytes), [random() < 0.5, random() < 0.5], end);
    if (whole !== cut || !whole.startsWith('[')) wrong.push({ bytes, whole, cut });
  });
  t.same(wrong.slice(0, 3), [], `seed ${SEED}`);
  t.ok(runs >= 200, `${runs} inputs`);
  t.end();
});

t.test('client', (t) => {
  const samples = H1_RESPONSE_ROWS.map((row) => row.bytes).filter((bytes) => bytes.length < 2000);
  const runs = fuzz(samples, (bytes) => {
    const connection = new FakeConnection();
    let freed = 0;
    let goodbyes = 0;
    const codec = new H1ClientConnection(
      connection,
      { onStreamFree: () => freed++, onGoAway: () => goodbyes++ },
      { ...CLIENT_DEFAULTS, enableTrailers: true },
    );
    connection.setCallbacks({
      onConnected() {},
      onData: (buffer, start, end) => codec.onData(buffer, start, end),
      onEnd: () => codec.onEnd(),
      onClose: () => codec.onClose(),
      onAboveHighWatermark: () => codec.onAboveHighWatermark(),
      onBelowLowWatermark: () => codec.onBelowLowWatermark(),
    });
    let started = 0;
    const responses: RecordedResponse[] = [];
    for (const piece of pieces(bytes)) {
      if (codec.available > 0) {
        started++;
        const response = new RecordedResponse();
        responses.push(response);
        const encoder = codec.newStream(response);
        encoder.setCallbacks(response);
        const headers = requestHeaders(pick(['GET', 'HEAD', 'POST']), 'a', '/');
        if (random() < 0.1) headers.protocol = 'websocket';
        encoder.encodeHeaders(headers, headers.protocol === '' && random() < 0.8);
        if (random() < 0.05) encoder.reset(FAULT);
      }
      connection.push(piece);
      if (random() < 0.5) connection.dispatcher.settle();
    }
    if (random() < 0.5) connection.pushEnd();
    connection.fail(random() < 0.5 ? '' : 'reset');
    connection.dispatcher.settle();
    const problem =
      freed !== started
        ? `${started} streams, ${freed} freed`
        : goodbyes !== 1
          ? `${goodbyes} goodbyes`
          : responses.some((response) => response.complete && response.fault !== null)
            ? 'complete and reset'
            : connection.readDisabled !== 0
              ? 'reading stays disabled'
              : '';
    if (problem !== '') t.fail(problem, { seed: SEED, bytes });
  });
  t.ok(runs >= 200, `${runs} inputs`);
  t.end();
});
