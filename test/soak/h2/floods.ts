/** Ways in which an HTTP/2 client can try to exhaust a proxy, as batches of frames. */
import * as h2 from '../../support/raw-h2.ts';
import { frame, literal, number32, type RawH2, requestBlock, settingsPayload } from '../../support/raw-h2.ts';

const NOTHING = Buffer.alloc(0);

export interface Flood {
  readonly name: string;
  readonly settings?: readonly (readonly [number, number])[];
  /** Sends one batch, the nth on this connection; false when there is nothing more to send. */
  readonly batch: (client: RawH2, n: number) => boolean;
  /** Does not read. */
  readonly deaf?: boolean;
  /** Counters of which one must have moved; null where nothing is counted. */
  readonly counter: RegExp | null;
  /** The connection survives: what is sent is legal. */
  readonly survives?: boolean;
}

const repeat = (n: number, one: (i: number) => Buffer): Buffer => Buffer.concat(Array.from({ length: n }, (_, i) => one(i)));
/** The nth request's stream of a connection, hundred requests a batch. */
const id = (n: number, i: number): number => 1 + 2 * (100 * n + i);
const HEAD = h2.END_STREAM | h2.END_HEADERS;

const BLOCK = requestBlock();
/** One field of 4,000 bytes, to be kept in the table. */
const BIG_FIELD = Buffer.concat([Buffer.from([0x40, 3]), Buffer.from('x-a'), Buffer.from([0x7f, 0xa1, 0x1e]), Buffer.alloc(4000, 'a')]);
const CONTINUATIONS = repeat(20, () =>
  frame(
    h2.CONTINUATION,
    0,
    1,
    repeat(30, () => literal('x-a', 'b'.repeat(100))),
  ),
);
const CRUMBS = Buffer.concat([BLOCK, repeat(1500, () => literal('cookie', 'a=b'))]);
const PINGS = repeat(500, () => frame(h2.PING, 0, 0, Buffer.alloc(8)));
const EMPTY_SETTINGS = repeat(500, () => frame(h2.SETTINGS, 0, 0, NOTHING));
const LONG_SETTINGS = frame(
  h2.SETTINGS,
  0,
  0,
  settingsPayload(Array.from({ length: 2000 }, (_, i) => [1, i % 2 === 0 ? 0 : 4096] as const)),
);
const PRIORITIES = repeat(500, (i) => frame(h2.PRIORITY, 0, 1 + 2 * i, Buffer.from([0, 0, 0, 0, 1])));
const WINDOW_UPDATES = repeat(500, () => frame(h2.WINDOW_UPDATE, 0, 0, number32(1)));
const EMPTY_DATA = repeat(100, () => frame(h2.DATA, 0, 1, NOTHING));
const requests = (n: number): Buffer => repeat(100, (i) => frame(h2.HEADERS, HEAD, id(n, i), BLOCK));

/** Sends the same again and again. */
const always =
  (bytes: Buffer) =>
  (client: RawH2): boolean => {
    client.send(bytes);
    return true;
  };

export const FLOODS: readonly Flood[] = [
  {
    name: 'rapid reset',
    batch: (client, n) => {
      client.send(
        repeat(100, (i) => Buffer.concat([frame(h2.HEADERS, HEAD, id(n, i), BLOCK), frame(h2.RST_STREAM, 0, id(n, i), number32(8))])),
      );
      return true;
    },
    counter: /downstream_rq_too_many_premature_resets$/,
  },
  {
    name: 'made-you-reset: window updates of nothing',
    batch: (client, n) => {
      client.send(
        repeat(100, (i) =>
          Buffer.concat([frame(h2.HEADERS, h2.END_HEADERS, id(n, i), BLOCK), frame(h2.WINDOW_UPDATE, 0, id(n, i), number32(0))]),
        ),
      );
      return true;
    },
    counter: /premature_resets$|rx_messaging_error$|downstream_cx_protocol_error$/,
  },
  {
    name: 'CONTINUATION without an end',
    batch: (client, n) => {
      if (n === 0) client.headers(1, BLOCK, h2.END_STREAM);
      client.send(CONTINUATIONS);
      return true;
    },
    counter: /header_overflow$|protocol_error$|rx_messaging_error$/,
  },
  {
    name: 'HPACK bomb',
    batch: (client, n) => {
      // The field goes into the table once, then thousands of references to it.
      client.headers(1 + 2 * n, Buffer.concat([BLOCK, n === 0 ? BIG_FIELD : NOTHING, Buffer.alloc(8000, 0xbe)]));
      return true;
    },
    counter: /header_overflow$|rx_messaging_error$|tx_reset$|protocol_error$/,
  },
  {
    name: '10,000 cookie crumbs',
    batch: (client, n) => {
      client.headers(1 + 2 * n, CRUMBS);
      return true;
    },
    counter: /header_overflow$|tx_reset$|protocol_error$/,
  },
  { name: 'PING, deaf', deaf: true, batch: always(PINGS), counter: /outbound_control_flood$/ },
  { name: 'SETTINGS, deaf', deaf: true, batch: always(EMPTY_SETTINGS), counter: /outbound_control_flood$/ },
  { name: 'SETTINGS of 2,000 entries that toggle the table', batch: always(LONG_SETTINGS), counter: null, survives: true },
  { name: 'PRIORITY', batch: always(PRIORITIES), counter: /inbound_priority_frames_flood$/ },
  { name: 'WINDOW_UPDATE', batch: always(WINDOW_UPDATES), counter: /inbound_window_update_frames_flood$/ },
  {
    name: 'empty DATA',
    batch: (client, n) => {
      if (n === 0) client.headers(1, BLOCK, h2.END_HEADERS);
      client.send(EMPTY_DATA);
      return true;
    },
    counter: /inbound_empty_frames_flood$/,
  },
  {
    name: 'a window that never opens',
    settings: [[4, 0]],
    batch: (client, n) => {
      if (n === 5) return false;
      client.send(requests(n));
      return true;
    },
    counter: null,
    survives: true,
  },
  {
    name: 'answers that nobody reads',
    deaf: true,
    batch: (client, n) => {
      client.send(requests(n));
      return true;
    },
    counter: null,
    survives: true,
  },
];
