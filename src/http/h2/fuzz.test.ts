/** Frames with something wrong in them, by the thousand, from a seed: nothing throws, nothing is left over, memory stays where it is. */
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
  TYPES,
  u32,
} from '../../../test/support/h2-wire.ts';
import { responseHeaders, trailers } from '../../../test/support/http-messages.ts';
import { FAULTS } from '../faults.ts';

class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed;
  }

  /** In [0, n). */
  below(n: number): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.state / 0x1_0000_0000) * n);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  bytes(n: number): Buffer {
    return Buffer.from(Array.from({ length: n }, () => this.below(256)));
  }
}

/** A frame that is mostly right. */
function randomFrame(random: Random, ids: readonly number[], head: () => Buffer): Buffer {
  const id = random.pick(ids);
  switch (random.below(14)) {
    case 0:
    case 1:
    case 2:
      return frame('HEADERS', random.pick([END, END_HEADERS, END_HEADERS, 0, END_STREAM]), id, head());
    case 3:
    case 4:
    case 5:
      return frame('DATA', random.pick([0, 0, 0, END_STREAM]), id, random.bytes(random.pick([0, 1, 10, 1000, 9000])));
    case 6:
      return frame('DATA', PADDED, id, Buffer.concat([Buffer.of(random.below(20)), Buffer.alloc(random.below(30))]));
    case 7:
      return frame('WINDOW_UPDATE', 0, random.pick([0, id]), u32(random.pick([0, 1, 1000, 0x7fffffff])));
    case 8:
      return frame('RST_STREAM', 0, id, u32(random.below(15)));
    case 9:
      return settings(random.below(9), random.pick([0, 1, 100, 16384, 65535, 0x7fffffff, 0x80000000]));
    case 10:
      return frame('PING', random.below(2), 0, random.bytes(8));
    case 11:
      return frame('CONTINUATION', random.pick([0, END_HEADERS]), id, block('x-c: 1'));
    case 12:
      return frame('GOAWAY', 0, 0, u32(random.below(20), random.below(12)));
    default:
      return frame(random.below(TYPES.length + 3), random.below(256), random.pick([0, id]), random.bytes(random.below(40)));
  }
}

/** What a peer with manners sends: nothing that ends the connection. */
function politeFrame(random: Random, opened: readonly number[]): Buffer {
  const id = opened.length === 0 ? 0 : random.pick(opened);
  const stream = random.below(8);
  if (id !== 0 && stream < 5) {
    if (stream === 0) return frame('RST_STREAM', 0, id, u32(8));
    if (stream === 1) return frame('WINDOW_UPDATE', 0, id, u32(1 + random.below(2000)));
    if (stream === 2) return frame('PRIORITY', 0, id, Buffer.of(0, 0, 0, 0, 1));
    return frame('DATA', 0, id, random.bytes(1 + random.below(3000)));
  }
  return random.pick([
    frame('PING', 0, 0, random.bytes(8)),
    frame('WINDOW_UPDATE', 0, 0, u32(1000)),
    settings(4, random.pick([0, 10, 1000, 65535])),
    frame(0x20 + random.below(10), random.below(256), id, random.bytes(20)),
  ]);
}

/** Sometimes a bit is flipped, a byte lost or added, or everything cut into pieces. */
function mutate(random: Random, bytes: Buffer): Buffer {
  if (random.below(3) > 0 || bytes.length === 0) return bytes;
  const at = random.below(bytes.length);
  switch (random.below(3)) {
    case 0: {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] as number) ^ (1 << random.below(8));
      return copy;
    }
    case 1:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    default:
      return Buffer.concat([bytes.subarray(0, at), random.bytes(1), bytes.subarray(at)]);
  }
}

function deliver(random: Random, end: ServerEnd | ClientEnd, bytes: Buffer): void {
  for (let from = 0; from < bytes.length; ) {
    const to = random.below(4) === 0 ? from + 1 + random.below(20) : bytes.length;
    end.connection.push(bytes.subarray(from, to));
    from = to;
  }
}

t.test('servers', (t) => {
  let died = 0;
  let served = 0;
  for (let seed = 1; seed <= 1500; seed++) {
    const random = new Random(seed);
    const end = new ServerEnd({ streamErrorOnInvalidMessage: random.below(2) === 0, maxConcurrentStreams: 5, drainMs: 0 }, null);
    const ids = [1, 3, 5, 7, 9, 11, 2];
    const polite = seed % 3 === 0;
    const opened: number[] = [];
    for (let i = 0; i < 40 && end.callbacks.finished === null; i++) {
      if (!polite) {
        const extra = random.pick(['x-a: 1', 'content-length: 5', 'cookie: a', 'X: y', 'te: trailers']);
        deliver(
          random,
          end,
          mutate(
            random,
            randomFrame(random, ids, () => random.pick([get, post])(extra)),
          ),
        );
      } else if (random.below(4) === 0) {
        opened.push(2 * opened.length + 1);
        deliver(random, end, frame('HEADERS', END_HEADERS, opened.at(-1) as number, post('x-a: 1')));
      } else {
        deliver(random, end, politeFrame(random, opened));
      }
      const request = end.requests.length > 0 ? random.pick(end.requests) : null;
      if (request === null) continue;
      const { encoder } = request;
      switch (random.below(10)) {
        case 0:
          encoder.encodeHeaders(responseHeaders(200), random.below(2) === 0);
          break;
        case 1:
          encoder.encodeData(random.bytes(random.pick([0, 10, 20_000])), random.below(3) === 0);
          break;
        case 2:
          encoder.encodeTrailers(trailers('x-t: 1'));
          break;
        case 3:
          encoder.reset(FAULTS.LOCAL_RESET);
          break;
        case 4:
          encoder.readDisable(true);
          break;
        case 5:
          encoder.readDisable(false);
          break;
        case 6:
          end.take();
          break;
        case 7:
          if (!polite && random.below(20) === 0) end.codec.drain();
          break;
        default:
      }
    }
    if (end.callbacks.finished === null) served++;
    else died++;
    const last = end.take().at(-1) ?? '';
    // Whoever opens few windows has no reason to open them often.
    if (polite && end.callbacks.finished !== null && !/CALM/.test(last)) t.fail(`seed ${seed} did nothing wrong: ${last}`);
    end.connection.dispatcher.settle();
    end.connection.fail('');
    if (end.stat('streams_active') !== 0 || end.stat('pending_send_bytes') !== 0) t.fail(`something is left of seed ${seed}`);
    if (end.codec.activeStreams !== 0) t.fail(`streams are left of seed ${seed}`);
  }
  t.ok(died > 100 && served > 100, `${died} died, ${served} served`);
  t.end();
});

t.test('clients', (t) => {
  let died = 0;
  for (let seed = 1; seed <= 1500; seed++) {
    const random = new Random(seed);
    const end = new ClientEnd({ streamErrorOnInvalidMessage: random.below(2) === 0 });
    const responses = [end.ask(), end.ask('POST', false), end.ask('HEAD')];
    for (let i = 0; i < 40 && end.connection.open; i++) {
      deliver(
        random,
        end,
        mutate(
          random,
          randomFrame(random, [1, 3, 5, 7, 2], () => ok(random.pick(['x-a: 1', 'content-length: 5', 'set-cookie: a', 'X: y']))),
        ),
      );
      if (random.below(4) === 0 && end.codec.available > 0) responses.push(end.ask());
      const response = random.pick(responses);
      switch (random.below(8)) {
        case 0:
          response.encoder?.encodeData(random.bytes(random.pick([0, 10, 70_000])), random.below(3) === 0);
          break;
        case 1:
          response.encoder?.encodeTrailers(trailers('x-t: 1'));
          break;
        case 2:
          response.encoder?.reset(FAULTS.LOCAL_RESET);
          break;
        case 3:
          response.encoder?.readDisable(true);
          break;
        case 4:
          response.encoder?.readDisable(false);
          break;
        default:
      }
    }
    if (!end.connection.open) died++;
    end.connection.dispatcher.settle();
    end.connection.fail('');
    const ended = end.events.filter((event) => event === 'free' || event === 'broken').length;
    if (ended !== responses.length) t.fail(`${ended} of ${responses.length} streams were freed with seed ${seed}`);
    if (end.stat('streams_active') !== 0 || end.stat('pending_send_bytes') !== 0) t.fail(`something is left of seed ${seed}`);
  }
  t.ok(died > 100, `${died} died`);
  t.end();
});

t.test('noise', (t) => {
  const before = process.memoryUsage().arrayBuffers;
  for (let seed = 1; seed <= 500; seed++) {
    const random = new Random(seed);
    const end = new ServerEnd();
    for (let i = 0; i < 20; i++) end.connection.push(random.bytes(random.below(500)));
    end.take();
    end.connection.fail('');
    t.equal(end.codec.activeStreams, 0);
  }
  t.ok(process.memoryUsage().arrayBuffers - before < 64 << 20);
  t.end();
});
