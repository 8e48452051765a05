/** HTTP/2 as bytes: builds frames, also wrong ones, and says in words what a codec wrote. Both sides of a codec in memory, with a test as peer. */
import { H2ClientConnection } from '../../src/http/h2/client.ts';
import { HpackDecoder } from '../../src/http/h2/hpack/decoder.ts';
import { H2ServerConnection } from '../../src/http/h2/server.ts';
import { H2_CLIENT_DEFAULTS, H2_SERVER_DEFAULTS, type H2ClientSettings, type H2ServerSettings } from '../../src/http/h2/settings.ts';
import { H2_STATS } from '../../src/http/h2/stats.ts';
import { Headers } from '../../src/http/headers.ts';
import { FakeConnection } from './connection.ts';
import { fieldLines, type RecordedRequest, RecordedResponse, RecordingServer, requestHeaders } from './http-messages.ts';
import { FakeStats } from './stats.ts';

export const TYPES = [
  'DATA',
  'HEADERS',
  'PRIORITY',
  'RST_STREAM',
  'SETTINGS',
  'PUSH_PROMISE',
  'PING',
  'GOAWAY',
  'WINDOW_UPDATE',
  'CONTINUATION',
] as const;
export type TypeName = (typeof TYPES)[number];

export const CODES = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
] as const;
export type CodeName = (typeof CODES)[number];

/** Flags. */
export const END_STREAM = 0x1;
export const ACK = 0x1;
export const END_HEADERS = 0x4;
export const PADDED = 0x8;
export const PRIORITY = 0x20;
export const END = END_STREAM | END_HEADERS;

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

export function frame(type: TypeName | number, flags: number, id: number, payload: Uint8Array | string = ''): Buffer {
  const body = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload;
  const head = Buffer.alloc(9);
  head.writeUIntBE(body.length, 0, 3);
  head[3] = typeof type === 'number' ? type : TYPES.indexOf(type);
  head[4] = flags;
  head.writeUInt32BE(id, 5);
  return Buffer.concat([head, body]);
}

export function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => {
    bytes.writeUInt32BE(value >>> 0, 4 * i);
  });
  return bytes;
}

/** Pairs of identifier and value. */
export function settings(...pairs: number[]): Buffer {
  const payload = Buffer.alloc(3 * pairs.length);
  for (let i = 0; i < pairs.length; i += 2) {
    payload.writeUInt16BE(pairs[i] as number, 3 * i);
    payload.writeUInt32BE((pairs[i + 1] as number) >>> 0, 3 * i + 2);
  }
  return frame('SETTINGS', 0, 0, payload);
}

export const SETTINGS_ACK = frame('SETTINGS', ACK, 0);

function integer(value: number, mask: number, pattern: number): number[] {
  if (value < mask) return [pattern | value];
  const bytes = [pattern | mask];
  let rest = value - mask;
  for (; rest >= 128; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return bytes;
}

/** Literals without indexing; each line is `name: value`. */
export function block(...lines: string[]): Buffer {
  return Buffer.concat(
    lines.map((line) => {
      const colon = line.indexOf(': ', 1);
      const name = line.slice(0, colon);
      const value = line.slice(colon + 2);
      return Buffer.concat([
        Buffer.from([0, ...integer(name.length, 0x7f, 0)]),
        Buffer.from(name, 'latin1'),
        Buffer.from(integer(value.length, 0x7f, 0)),
        Buffer.from(value, 'latin1'),
      ]);
    }),
  );
}

/** The block of a plain request, with more lines behind the pseudo headers. */
export function get(...lines: string[]): Buffer {
  return block(':method: GET', ':scheme: http', ':path: /', ':authority: a', ...lines);
}

export function post(...lines: string[]): Buffer {
  return block(':method: POST', ':scheme: http', ':path: /', ':authority: a', ...lines);
}

export function ok(...lines: string[]): Buffer {
  return block(':status: 200', ...lines);
}

/** Frames in words: `RST_STREAM 1 CANCEL`, `HEADERS 1 END :status 200, x-a: 1`, `DATA 1 hello`. */
export class Frames {
  private readonly decoder = new HpackDecoder();
  private carry = Buffer.alloc(0);
  private preface: boolean;

  /** `preface`: these are the bytes of a client. */
  constructor(preface: boolean) {
    this.preface = preface;
  }

  read(bytes: Buffer): string[] {
    const all: string[] = [];
    let rest = Buffer.concat([this.carry, bytes]);
    if (this.preface && rest.length >= PREFACE.length) {
      if (!rest.subarray(0, PREFACE.length).equals(PREFACE)) throw new Error('no preface');
      rest = rest.subarray(PREFACE.length);
      this.preface = false;
    }
    while (rest.length >= 9) {
      const length = rest.readUIntBE(0, 3);
      if (rest.length < 9 + length) break;
      all.push(this.words(rest[3] as number, rest[4] as number, rest.readUInt32BE(5), rest.subarray(9, 9 + length)));
      rest = rest.subarray(9 + length);
    }
    this.carry = rest;
    return all;
  }

  private words(type: number, flags: number, id: number, payload: Buffer): string {
    const name = TYPES[type] ?? `0x${type.toString(16)}`;
    const end = (flags & END_STREAM) !== 0 ? ' END' : '';
    switch (name) {
      case 'DATA':
        return `DATA ${id}${end} ${payload.length > 40 ? `(${payload.length})` : payload.toString('latin1')}`.trimEnd();
      case 'HEADERS':
        return `HEADERS ${id}${end} ${this.fields(payload, flags)}`.trimEnd();
      case 'RST_STREAM':
        return `RST_STREAM ${id} ${CODES[payload.readUInt32BE(0)]}`;
      case 'SETTINGS':
        if ((flags & ACK) !== 0) return 'SETTINGS ACK';
        return `SETTINGS ${Array.from({ length: payload.length / 6 }, (_, i) => `${payload.readUInt16BE(6 * i)}=${payload.readUInt32BE(6 * i + 2)}`).join(' ')}`.trimEnd();
      case 'PING':
        return `PING${(flags & ACK) !== 0 ? ' ACK' : ''} ${payload.toString('latin1')}`;
      case 'GOAWAY':
        return `GOAWAY ${payload.readUInt32BE(0)} ${CODES[payload.readUInt32BE(4)]}`;
      case 'WINDOW_UPDATE':
        return `WINDOW_UPDATE ${id} ${payload.readUInt32BE(0)}`;
      default:
        return `${name} ${id}`;
    }
  }

  private fields(payload: Buffer, flags: number): string {
    if ((flags & END_HEADERS) === 0) return '…';
    const request = new Headers();
    const limits = { maxBytes: 1 << 20, maxCount: 1000 };
    // Whose block it is shows in its pseudo headers.
    this.decoder.decode(payload, 0, payload.length, request, 1, limits);
    return [...(request.status === 0 ? [] : [`:status ${request.status}`]), ...fieldLines(request)].join(', ');
  }
}

/** A server codec whose client is the test. What it says first is read away. */
export class ServerEnd {
  readonly connection = new FakeConnection();
  readonly stats = new FakeStats();
  readonly callbacks: RecordingServer;
  readonly codec: H2ServerConnection;
  readonly greeting: string[];
  private readonly frames = new Frames(false);

  constructor(
    change: Partial<H2ServerSettings> = {},
    answer: ((request: RecordedRequest) => void) | null = null,
    hello: Buffer | null = Buffer.concat([PREFACE, settings(), SETTINGS_ACK]),
  ) {
    this.callbacks = new RecordingServer(answer, () => this.connection.close(0));
    const all = { ...H2_SERVER_DEFAULTS, streamErrorOnInvalidMessage: true, ...change };
    this.codec = new H2ServerConnection(this.connection, this.callbacks, all, this.stats.group('http2.', H2_STATS));
    wire(this.connection, this.codec);
    if (hello !== null) this.connection.push(hello);
    this.greeting = this.take();
  }

  get requests(): RecordedRequest[] {
    return this.callbacks.requests;
  }

  /** Sends frames and tells what came back. */
  send(...frames: Uint8Array[]): string[] {
    this.connection.push(Buffer.concat(frames));
    return this.take();
  }

  take(): string[] {
    return this.frames.read(Buffer.from(this.connection.take(), 'latin1'));
  }

  stat(name: string): number {
    return this.stats.value(`http2.${name}`);
  }
}

/** A client codec whose server is the test. */
export class ClientEnd {
  readonly connection = new FakeConnection();
  readonly stats = new FakeStats();
  readonly codec: H2ClientConnection;
  readonly greeting: string[];
  /** What the pool was told: `free`, `broken`, `goaway <why>`, `capacity`. */
  readonly events: string[] = [];
  private readonly frames = new Frames(true);

  constructor(change: Partial<H2ClientSettings> = {}, hello: Buffer | null = Buffer.concat([settings(), SETTINGS_ACK])) {
    const pool = {
      onStreamFree: (_client: unknown, broken: boolean) => {
        this.events.push(broken ? 'broken' : 'free');
      },
      onGoAway: (_client: unknown, why: number) => {
        this.events.push(`goaway ${why}`);
      },
      onCapacity: () => {
        this.events.push('capacity');
      },
    };
    const all = { ...H2_CLIENT_DEFAULTS, streamErrorOnInvalidMessage: true, ...change };
    this.codec = new H2ClientConnection(this.connection, pool, all, this.stats.group('http2.', H2_STATS));
    wire(this.connection, this.codec);
    if (hello !== null) this.connection.push(hello);
    this.greeting = this.take();
    this.events.length = 0;
  }

  /** Starts a request; its frames are read away. */
  ask(method = 'GET', end = true, ...lines: string[]): RecordedResponse {
    const response = new RecordedResponse();
    const encoder = this.codec.newStream(response);
    encoder.setCallbacks(response);
    response.encoder = encoder;
    encoder.encodeHeaders(requestHeaders(method, 'a', '/', ...lines), end);
    this.take();
    return response;
  }

  send(...frames: Uint8Array[]): string[] {
    this.connection.push(Buffer.concat(frames));
    return this.take();
  }

  take(): string[] {
    return this.frames.read(Buffer.from(this.connection.take(), 'latin1'));
  }

  stat(name: string): number {
    return this.stats.value(`http2.${name}`);
  }
}

function wire(connection: FakeConnection, codec: H2ServerConnection | H2ClientConnection): void {
  connection.setCallbacks({
    onConnected() {},
    onData: (buffer, start, end) => codec.onData(buffer, start, end),
    onEnd: () => codec.onEnd(),
    onClose: () => codec.onClose(),
    onAboveHighWatermark: () => codec.onAboveHighWatermark(),
    onBelowLowWatermark: () => codec.onBelowLowWatermark(),
  });
}
