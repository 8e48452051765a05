import type { RequestEncoder, ResponseDecoder } from '../codec.ts';
import type { Fault } from '../faults.ts';
import type { Headers } from '../headers.ts';
import { asksForTunnel } from '../upgrade.ts';
import type { H2ClientConnection } from './client.ts';
import { H2_STATS } from './stats.ts';
import { H2Stream } from './stream.ts';

const DEFERRED_STREAM_CLOSE = H2_STATS.slot.deferred_stream_close;

/** One request and its response. Writes the request; the connection reads the response and hands it to the decoder. */
export class ClientStream extends H2Stream implements RequestEncoder {
  declare readonly codec: H2ClientConnection;
  readonly decoder: ResponseDecoder;
  /** What was asked for decides what the response may carry. */
  head: boolean;
  connect: boolean;
  /** Of an extended CONNECT: what was asked for. */
  protocol: string;
  /** The head of the final response was there. */
  headDone: boolean;
  /** Both ends have come, but who reads the response has stopped before the end of it. */
  private deferred: boolean;

  /** Its id is given with its HEADERS, so that ids rise on the wire: 0 until then. */
  constructor(codec: H2ClientConnection, decoder: ResponseDecoder) {
    super(codec, 0, decoder);
    this.decoder = decoder;
    this.head = false;
    this.connect = false;
    this.protocol = '';
    this.headDone = false;
    this.deferred = false;
  }

  encodeHeaders(headers: Headers, end: boolean): void {
    if (this.id !== 0 || this.over) return;
    this.head = headers.method === 'HEAD';
    this.connect = asksForTunnel(headers);
    this.protocol = headers.protocol;
    if (this.protocol !== '' && !this.codec.mayUpgrade) {
      this.codec.refuse(this);
      return;
    }
    this.codec.open(this);
    if (end) this.localEnded = true;
    this.countHeadSent(this.codec.writer.headers(this.id, headers, end));
    if (end) this.onEndSent();
  }

  encodeData(data: Buffer, end: boolean): void {
    if (this.id === 0 || this.localEnded || this.over) return;
    this.sendData(data, end);
  }

  encodeTrailers(trailers: Headers): void {
    if (this.id === 0 || this.localEnded || this.over) return;
    this.sendTrailers(trailers);
  }

  /** A response that is a head and nothing else. */
  receiveEnd(headers: Headers): void {
    this.remoteEnded = true;
    this.decoder.decodeHeaders(headers, true);
    if (!this.over) this.onRemoteDone();
  }

  reset(_fault: Fault): void {
    if (!this.over) this.codec.giveUp(this);
  }

  /** The response is here; the rest of the request is not wanted (§8.1). */
  onStopSending(): void {
    this.localEnded = true;
    this.dropQueue();
    this.onEndSent();
  }

  protected onHalfClosed(): void {
    if (!this.endSent) return;
    if (this.remoteDone) this.codec.complete(this);
    else if (this.remoteEnded) this.onEndHeld();
  }

  protected override onEndHeld(): void {
    if (this.deferred || !this.endSent || this.over) return;
    this.deferred = true;
    this.codec.stats.inc(DEFERRED_STREAM_CLOSE);
  }

  override release(): void {
    if (this.deferred) this.codec.stats.dec(DEFERRED_STREAM_CLOSE);
    this.deferred = false;
    super.release();
  }
}
