import { FAULTS, type Fault } from '../faults.ts';
import { Headers } from '../headers.ts';
import { CHUNKS_BAD, CHUNKS_LAST, ChunkedReader } from './chunked-reader.ts';
import { FieldBlock, OF_TRAILERS } from './field-block.ts';
import { HeadCollector } from './head-collector.ts';
import { HeadInput } from './head-input.ts';
import type { H1Settings } from './settings.ts';

const NONE = 0;
const LENGTH = 1;
const CHUNKS = 2;
const TRAILERS = 3;
/** Everything, until the connection ends (RFC 9112 §6.3 case 8), or a tunnel. */
const ALL = 4;

// Scratch of trailer sections, which are read in one go.
const input = new HeadInput();
const fields = new FieldBlock();

/** The body of one message after another: counts it, unwraps chunks, and finds its end. */
export class BodyReader {
  /** Data of the last `read`, in the buffer that was read. */
  from: number;
  to: number;
  /** The message has ended with this `read`. */
  done: boolean;
  /** With `done`: the trailer section, null when there was none or trailers are off. */
  trailers: Headers | null;
  fault: Fault | null;
  private mode: number;
  private left: number;
  private chunks: ChunkedReader | null;
  private collector: HeadCollector | null;

  constructor() {
    this.from = 0;
    this.to = 0;
    this.done = false;
    this.trailers = null;
    this.fault = null;
    this.mode = NONE;
    this.left = 0;
    this.chunks = null;
    this.collector = null;
  }

  beginLength(length: number): void {
    this.mode = LENGTH;
    this.left = length;
  }

  beginChunks(): void {
    this.mode = CHUNKS;
    if (this.chunks === null) this.chunks = new ChunkedReader();
    else this.chunks.begin();
  }

  beginAll(): void {
    this.mode = ALL;
  }

  /** The end of the connection is the end of the body. */
  get untilClose(): boolean {
    return this.mode === ALL;
  }

  /** Reads `bytes[at, end)`, at least one byte, and returns where it stopped: at the end of the message, or because of `fault`. */
  read(bytes: Buffer, at: number, end: number, settings: H1Settings): number {
    this.from = at;
    this.to = at;
    this.done = false;
    this.trailers = null;
    this.fault = null;
    switch (this.mode) {
      case LENGTH: {
        const n = Math.min(this.left, end - at);
        this.left -= n;
        this.done = this.left === 0;
        this.to = at + n;
        return this.to;
      }
      case CHUNKS:
        return this.readChunks(bytes, at, end, settings);
      case TRAILERS:
        return this.readTrailers(bytes, at, end, settings);
      default: // ALL
        this.to = end;
        return end;
    }
  }

  private readChunks(bytes: Buffer, at: number, end: number, settings: H1Settings): number {
    const chunks = this.chunks as ChunkedReader;
    const next = chunks.read(bytes, at, end);
    this.from = chunks.from;
    this.to = chunks.to;
    if (chunks.result === CHUNKS_BAD) this.fault = FAULTS.BAD_MESSAGE;
    if (chunks.result !== CHUNKS_LAST) return next;
    this.mode = TRAILERS;
    return next < end ? this.readTrailers(bytes, next, end, settings) : next;
  }

  private readTrailers(bytes: Buffer, at: number, end: number, settings: H1Settings): number {
    // Nearly always there are none.
    if (this.collector === null && end - at >= 2 && bytes[at] === 0x0d && bytes[at + 1] === 0x0a) {
      this.done = true;
      return at + 2;
    }
    this.collector ??= new HeadCollector();
    const { collector } = this;
    const { maxBytes, maxCount } = settings.limits;
    const next = collector.take(bytes, at, end, maxBytes, maxCount + 1);
    if (next < 0) {
      this.fault = collector.fault;
      return end;
    }
    this.collector = null;
    this.done = true;
    if (collector.length > 2) {
      input.take(collector.bytes, 0, collector.length);
      const trailers = new Headers();
      trailers.wireBytes = collector.length;
      this.fault = fields.read(input, 0, trailers, OF_TRAILERS, settings);
      if (settings.enableTrailers && trailers.count > 0) this.trailers = trailers;
    }
    return next;
  }
}
