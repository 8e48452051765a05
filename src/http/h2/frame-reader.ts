import { DATA, FLAG_PADDED, FRAME_HEADER_BYTES, HEADERS, PREFACE } from './frames.ts';

/** What the frames of a connection mean is for its codec to know. */
export interface FrameHandler {
  /** Before anything of the payload is looked at or kept. False when the frame kills the connection or is to be skipped unread. */
  onFrameHeader(type: number, flags: number, id: number, length: number): boolean;
  /** A piece of a DATA frame without padding, in order; an empty frame is one empty piece. */
  onDataPiece(buffer: Buffer, from: number, to: number, last: boolean): void;
  /** Every other frame, whole: `buffer[from, to)` is its payload. */
  onFrame(type: number, flags: number, id: number, buffer: Buffer, from: number, to: number): void;
  /** What came is no HTTP/2. */
  onBadPreface(): void;
}

/** In frames; a header block costs as much as this many small ones. */
const COST_OF_HEADERS = 8;

/** What is kept without asking the allocator again. */
const SMALL_BYTES = 64;

/**
 * Cuts the bytes of a connection into frames (RFC 9113 §4.1) where they lie. Only a frame that came in pieces is put together in a
 * buffer of its own, of at most one frame; DATA is handed on piece by piece.
 */
export class FrameReader {
  private readonly handler: FrameHandler;
  /** Of the client's preface. */
  private prefaceLeft: number;
  /** The frame that is not complete: `carry[0, carried)`, header first. */
  private carry: Buffer | null;
  private carried: number;
  private carryType: number;
  private carryLength: number;
  /** Of the payload of a DATA frame that is handed on. */
  private dataLeft: number;
  /** Of a payload that nobody wants. */
  private skipLeft: number;
  private stopped: boolean;
  private readonly budget: number;
  private left: number;

  /** `budget`: frames that it reads before it wants to be refilled. */
  constructor(handler: FrameHandler, preface: boolean, budget: number) {
    this.handler = handler;
    this.prefaceLeft = preface ? PREFACE.length : 0;
    this.carry = null;
    this.carried = 0;
    this.carryType = 0;
    this.carryLength = 0;
    this.dataLeft = 0;
    this.skipLeft = 0;
    this.stopped = false;
    this.budget = budget;
    this.left = budget;
  }

  /** Nothing is read any more. */
  stop(): void {
    this.stopped = true;
    this.carry = null;
    this.carried = 0;
  }

  /** Another turn has begun. */
  refill(): void {
    this.left = this.budget;
  }

  /** Returns where it stopped: before `end` when that was enough for this turn. */
  read(buffer: Buffer, start: number, end: number): number {
    let at = start;
    if (this.prefaceLeft > 0) {
      at = this.preface(buffer, at, end);
      if (at < 0) return end;
    }
    while (at < end) {
      if (this.stopped) return end;
      if (this.dataLeft > 0) {
        const to = Math.min(end, at + this.dataLeft);
        this.dataLeft -= to - at;
        this.handler.onDataPiece(buffer, at, to, this.dataLeft === 0);
        at = to;
      } else if (this.skipLeft > 0) {
        const to = Math.min(end, at + this.skipLeft);
        this.skipLeft -= to - at;
        at = to;
      } else if (this.carried > 0) {
        at = this.complete(buffer, at, end);
      } else if (end - at < FRAME_HEADER_BYTES) {
        this.keep(buffer, at, end, FRAME_HEADER_BYTES);
        return end;
      } else {
        if (this.left <= 0) return at;
        at = this.frame(buffer, at, end);
      }
    }
    return end;
  }

  /** The frame whose header begins at `at`. */
  private frame(buffer: Buffer, at: number, end: number): number {
    const { handler } = this;
    const length = ((buffer[at] as number) << 16) | ((buffer[at + 1] as number) << 8) | (buffer[at + 2] as number);
    const type = buffer[at + 3] as number;
    const flags = buffer[at + 4] as number;
    const id = streamId(buffer, at + 5);
    const from = at + FRAME_HEADER_BYTES;
    this.left -= type === HEADERS ? COST_OF_HEADERS : 1;
    if (!handler.onFrameHeader(type, flags, id, length)) {
      this.skipLeft = length;
      return from;
    }
    if (type === DATA && (flags & FLAG_PADDED) === 0) {
      this.dataLeft = length;
      if (length === 0) handler.onDataPiece(buffer, from, from, true);
      return from;
    }
    const to = from + length;
    if (to > end) {
      this.carryType = type;
      this.carryLength = length;
      this.keep(buffer, at, end, FRAME_HEADER_BYTES + length);
      return end;
    }
    handler.onFrame(type, flags, id, buffer, from, to);
    return to;
  }

  /** A frame that began in an earlier read: its header first, then the rest. */
  private complete(buffer: Buffer, start: number, end: number): number {
    let at = start;
    const carry = this.carry as Buffer;
    if (this.carried < FRAME_HEADER_BYTES) {
      const to = Math.min(end, at + FRAME_HEADER_BYTES - this.carried);
      buffer.copy(carry, this.carried, at, to);
      this.carried += to - at;
      at = to;
      if (this.carried < FRAME_HEADER_BYTES) return at;
      this.carried = 0;
      this.frame(carry, 0, FRAME_HEADER_BYTES);
      return at;
    }
    const whole = FRAME_HEADER_BYTES + this.carryLength;
    const to = Math.min(end, at + whole - this.carried);
    buffer.copy(carry, this.carried, at, to);
    this.carried += to - at;
    if (this.carried < whole) return to;
    this.carried = 0;
    // Large ones are rare: nobody keeps the buffer for the next.
    if (carry.length > SMALL_BYTES) this.carry = null;
    this.handler.onFrame(this.carryType, carry[4] as number, streamId(carry, 5), carry, FRAME_HEADER_BYTES, whole);
    return to;
  }

  /** Keeps `buffer[from, to)` as the beginning of a frame of `whole` bytes. */
  private keep(buffer: Buffer, from: number, to: number, whole: number): void {
    let { carry } = this;
    if (carry === null || carry.length < whole) {
      const larger = Buffer.allocUnsafeSlow(Math.max(SMALL_BYTES, whole));
      buffer.copy(larger, 0, from, to);
      carry = larger;
    } else if (carry !== buffer) {
      buffer.copy(carry, 0, from, to);
    }
    this.carry = carry;
    this.carried = to - from;
  }

  /** Where the frames begin; -1 when there is nothing more to read. */
  private preface(buffer: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && this.prefaceLeft > 0) {
      if (buffer[at] !== PREFACE[PREFACE.length - this.prefaceLeft]) {
        this.stop();
        this.handler.onBadPreface();
        return -1;
      }
      at++;
      this.prefaceLeft--;
    }
    return at;
  }
}

/** 31 bits; the first one is reserved (§4.1). */
export function streamId(buffer: Buffer, at: number): number {
  return (
    (((buffer[at] as number) & 0x7f) << 24) |
    ((buffer[at + 1] as number) << 16) |
    ((buffer[at + 2] as number) << 8) |
    (buffer[at + 3] as number)
  );
}

/** 32 bits, unsigned. */
export function uint32(buffer: Buffer, at: number): number {
  return (
    (buffer[at] as number) * 0x1000000 +
    (((buffer[at + 1] as number) << 16) | ((buffer[at + 2] as number) << 8) | (buffer[at + 3] as number))
  );
}
