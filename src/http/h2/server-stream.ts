import { Timer, type TimerOwner } from '../../net/timer-wheel.ts';
import { FLAG } from '../../telemetry/response-flags.ts';
import type { Protocol } from '../../telemetry/stream-info.ts';
import type { RequestDecoder, ResponseEncoder } from '../codec.ts';
import { FAULTS, type Fault } from '../faults.ts';
import { CONTENT_LENGTH } from '../header-name.ts';
import type { Headers } from '../headers.ts';
import { INTERNAL_ERROR, NO_ERROR, PROTOCOL_ERROR, REFUSED_STREAM } from './frames.ts';
import type { H2ServerConnection } from './server.ts';
import { H2Stream } from './stream.ts';

const NO_DATA = Buffer.alloc(0);

/** One request and its response. The connection reads the request; this writes the response. */
export class ServerStream extends H2Stream implements ResponseEncoder, TimerOwner {
  readonly protocol: Protocol;
  declare readonly codec: H2ServerConnection;
  /** A response head was written. */
  started: boolean;
  private readonly head: boolean;
  /** Nothing may follow the response head. */
  private bodiless: boolean;
  private flushTimer: Timer | null;

  constructor(codec: H2ServerConnection, id: number, method: string) {
    super(codec, id, null);
    this.protocol = 'HTTP/2';
    this.started = false;
    this.head = method === 'HEAD';
    this.bodiless = false;
    this.flushTimer = null;
  }

  /** Somebody takes the request. */
  accept(decoder: RequestDecoder): void {
    // An answer may have come already.
    if (!this.over && !this.localEnded) this.receiver = decoder;
  }

  encodeInformational(headers: Headers): void {
    if (this.started || this.over) return;
    this.countHeadSent(this.codec.writer.headers(this.id, headers, false));
  }

  encodeHeaders(headers: Headers, end: boolean): void {
    if (this.started || this.over) return;
    this.started = true;
    const { status } = headers;
    this.bodiless = this.head || status === 204 || status === 304;
    // RFC 9110 §8.6: not with a 204.
    if (status === 204) headers.remove(CONTENT_LENGTH);
    if (end) this.finish();
    this.countHeadSent(this.codec.writer.headers(this.id, headers, end));
    this.codec.checkOutbound();
    if (end) this.onEndSent();
  }

  encodeData(data: Buffer, end: boolean): void {
    if (!this.started || this.localEnded || this.over) return;
    if (end) this.finish();
    if (!this.bodiless) this.sendData(data, end);
    else if (end) this.sendData(NO_DATA, true);
  }

  encodeTrailers(trailers: Headers): void {
    if (!this.started || this.localEnded || this.over) return;
    this.finish();
    if (this.bodiless) this.sendData(NO_DATA, true);
    else this.sendTrailers(trailers);
  }

  /** Whoever answers has said everything, and does not want to know more: neither of the rest of the request nor of what becomes of the answer. */
  private finish(): void {
    this.localEnded = true;
    this.callbacks = null;
    this.ignoreRest();
  }

  reset(fault: Fault): void {
    if (this.over) return;
    this.codec.giveUp(this, resetCode(fault));
  }

  protected override onEndQueued(): void {
    const { flushTimeoutMs } = this.codec.settings;
    if (flushTimeoutMs === 0) return;
    this.flushTimer = new Timer(this, 0);
    this.connection.dispatcher.timers.arm(this.flushTimer, flushTimeoutMs);
  }

  onTimer(): void {
    if (!this.over) this.codec.onFlushTimeout(this);
  }

  /** The response is what ends an exchange. */
  protected onHalfClosed(): void {
    if (this.endSent) this.codec.onResponseSent(this, this.remoteEnded ? -1 : NO_ERROR);
  }

  override release(): void {
    if (this.flushTimer !== null) this.connection.dispatcher.timers.cancel(this.flushTimer);
    super.release();
  }
}

function resetCode(fault: Fault): number {
  if (fault === FAULTS.REFUSED_STREAM) return REFUSED_STREAM;
  return (fault.flag & FLAG.DownstreamProtocolError) !== 0 ? PROTOCOL_ERROR : INTERNAL_ERROR;
}
