import { type Connection, GATHER_BYTES } from '../../net/connection.ts';
import type { Headers } from '../headers.ts';
import {
  CONTINUATION,
  DATA,
  FLAG_ACK,
  FLAG_END_HEADERS,
  FLAG_END_STREAM,
  FRAME_HEADER_BYTES,
  GOAWAY,
  HEADERS,
  MAX_FRAME_BYTES,
  PING,
  RST_STREAM,
  SETTINGS,
  WINDOW_UPDATE,
} from './frames.ts';
import { HpackEncoder } from './hpack/encoder.ts';

/** Larger payloads of DATA are not copied into the gather buffer. */
const IN_PLACE_BYTES = 8192;
/** Frames that fit into one gather buffer together with their header. */
const MOST_GATHERED = GATHER_BYTES - FRAME_HEADER_BYTES;

/** For blocks that do not fit into one frame; used within one call. */
let scratch: Buffer = Buffer.allocUnsafeSlow(4096);

/** Writes frames (RFC 9113 §4.1) into the gather buffer of a connection and counts them. */
export class FrameWriter {
  readonly connection: Connection;
  readonly encoder: HpackEncoder;
  /** The peer's SETTINGS_MAX_FRAME_SIZE as far as we use it. */
  readonly maxFrame: number;
  /** Bytes written so far. */
  bytes: number;
  /** Frames written so far: all, DATA, and those that only answer the peer (PING, SETTINGS, RST_STREAM). */
  frames: number;
  dataFrames: number;
  controlFrames: number;

  constructor(connection: Connection) {
    this.connection = connection;
    this.encoder = new HpackEncoder();
    this.maxFrame = MAX_FRAME_BYTES;
    this.bytes = 0;
    this.frames = 0;
    this.dataFrames = 0;
    this.controlFrames = 0;
  }

  /** A header block; returns the bytes that it takes on the wire. */
  headers(id: number, headers: Headers, end: boolean): number {
    const { connection, encoder } = this;
    const most = encoder.longest(headers);
    if (most > MOST_GATHERED) return this.largeHeaders(id, headers, end, most);
    const out = connection.reserve(FRAME_HEADER_BYTES + most);
    const at = connection.outAt;
    const to = encoder.encode(headers, out, at + FRAME_HEADER_BYTES);
    writeHeader(out, at, to - at - FRAME_HEADER_BYTES, HEADERS, end ? FLAG_END_HEADERS | FLAG_END_STREAM : FLAG_END_HEADERS, id);
    connection.outAt = to;
    this.frames++;
    this.bytes += to - at;
    return to - at;
  }

  /** HEADERS and as many CONTINUATIONs as it takes. */
  private largeHeaders(id: number, headers: Headers, end: boolean, most: number): number {
    const { connection } = this;
    if (scratch.length < most) scratch = Buffer.allocUnsafeSlow(most);
    const length = this.encoder.encode(headers, scratch, 0);
    let from = 0;
    let type: number = HEADERS;
    let flags = end ? FLAG_END_STREAM : 0;
    do {
      const to = Math.min(length, from + MOST_GATHERED);
      if (to === length) flags |= FLAG_END_HEADERS;
      const out = connection.reserve(FRAME_HEADER_BYTES + to - from);
      const at = connection.outAt;
      writeHeader(out, at, to - from, type, flags, id);
      scratch.copy(out, at + FRAME_HEADER_BYTES, from, to);
      connection.outAt = at + FRAME_HEADER_BYTES + to - from;
      this.frames++;
      this.bytes += FRAME_HEADER_BYTES + to - from;
      from = to;
      type = CONTINUATION;
      flags = 0;
    } while (from < length);
    return length + FRAME_HEADER_BYTES * Math.ceil(length / MOST_GATHERED);
  }

  /** One DATA frame with `data[from, to)`, at most `maxFrame` bytes. */
  data(id: number, data: Buffer, from: number, to: number, end: boolean): void {
    const { connection } = this;
    const length = to - from;
    this.frames++;
    this.dataFrames++;
    this.bytes += FRAME_HEADER_BYTES + length;
    const flags = end ? FLAG_END_STREAM : 0;
    if (length <= IN_PLACE_BYTES) {
      const out = connection.reserve(FRAME_HEADER_BYTES + length);
      const at = connection.outAt;
      writeHeader(out, at, length, DATA, flags, id);
      if (length > 0) data.copy(out, at + FRAME_HEADER_BYTES, from, to);
      connection.outAt = at + FRAME_HEADER_BYTES + length;
    } else {
      const out = connection.reserve(FRAME_HEADER_BYTES);
      const at = connection.outAt;
      writeHeader(out, at, length, DATA, flags, id);
      connection.outAt = at + FRAME_HEADER_BYTES;
      connection.write(from === 0 && to === data.length ? data : data.subarray(from, to));
    }
  }

  windowUpdate(id: number, increment: number): void {
    const out = this.start(4, WINDOW_UPDATE, 0, id);
    this.uint32(out, increment);
  }

  reset(id: number, code: number): void {
    this.controlFrames++;
    const out = this.start(4, RST_STREAM, 0, id);
    this.uint32(out, code);
  }

  /** `payload[from, from + 8)` comes back to the peer when `ack`. */
  ping(payload: Buffer, from: number, ack: boolean): void {
    this.controlFrames++;
    const { connection } = this;
    const out = this.start(8, PING, ack ? FLAG_ACK : 0, 0);
    payload.copy(out, connection.outAt, from, from + 8);
    connection.outAt += 8;
  }

  settingsAck(): void {
    this.controlFrames++;
    this.start(0, SETTINGS, FLAG_ACK, 0);
  }

  /** Identifiers and values in turn. */
  settings(pairs: readonly number[]): void {
    const { connection } = this;
    const out = this.start(pairs.length * 3, SETTINGS, 0, 0);
    for (let i = 0; i < pairs.length; i += 2) {
      out.writeUInt16BE(pairs[i] as number, connection.outAt);
      connection.outAt += 2;
      this.uint32(out, pairs[i + 1] as number);
    }
  }

  goAway(lastId: number, code: number): void {
    const out = this.start(8, GOAWAY, 0, 0);
    this.uint32(out, lastId);
    this.uint32(out, code);
  }

  /** Writes the header of a frame that has room in the gather buffer; `outAt` stands behind it. */
  private start(length: number, type: number, flags: number, id: number): Buffer {
    const { connection } = this;
    this.frames++;
    this.bytes += FRAME_HEADER_BYTES + length;
    const out = connection.reserve(FRAME_HEADER_BYTES + length);
    writeHeader(out, connection.outAt, length, type, flags, id);
    connection.outAt += FRAME_HEADER_BYTES;
    return out;
  }

  private uint32(out: Buffer, value: number): void {
    const { connection } = this;
    const at = connection.outAt;
    out[at] = value >>> 24;
    out[at + 1] = value >>> 16;
    out[at + 2] = value >>> 8;
    out[at + 3] = value;
    connection.outAt = at + 4;
  }
}

function writeHeader(out: Buffer, at: number, length: number, type: number, flags: number, id: number): void {
  out[at] = length >>> 16;
  out[at + 1] = length >>> 8;
  out[at + 2] = length;
  out[at + 3] = type;
  out[at + 4] = flags;
  out[at + 5] = id >>> 24;
  out[at + 6] = id >>> 16;
  out[at + 7] = id >>> 8;
  out[at + 8] = id;
}
