import { CLOSE_FLUSH, CLOSE_NO_FLUSH, type Connection } from '../../net/connection.ts';
import type { StatGroup } from '../../telemetry/stats.ts';
import {
  type ClientCallbacks,
  type ClientConnection,
  LEFT_ASKED,
  LEFT_BROKEN,
  LEFT_PROTOCOL,
  type LeaveReason,
  type RequestEncoder,
  type ResponseDecoder,
} from '../codec.ts';
import { FAULTS, type Fault } from '../faults.ts';
import { Headers } from '../headers.ts';
import { fromExtendedConnectResponse } from '../upgrade.ts';
import { ClientStream } from './client-stream.ts';
import { H2Connection } from './connection.ts';
import {
  CANCEL,
  COMPRESSION_ERROR,
  INTERNAL_ERROR,
  MAX_STREAM_ID,
  NO_ERROR,
  PREFACE,
  PROTOCOL_ERROR,
  REFUSED_STREAM,
  SETTING_ENABLE_PUSH,
  STREAM_CLOSED,
} from './frames.ts';
import { BLOCK_FLOOD, BLOCK_MALFORMED, BLOCK_OK, BLOCK_RESPONSE, BLOCK_TRAILERS, BLOCK_UNREADABLE } from './hpack/decoder.ts';
import { BAD_LENGTH, contentLength, dropFramingOfTrailers } from './message-rules.ts';
import type { H2ClientSettings } from './settings.ts';
import { H2_STATS } from './stats.ts';

const SLOT = H2_STATS.slot;

/** Streams that are started before the server has said how many it takes: what RFC 9113 §6.5.2 recommends as the least. */
const STREAMS_BEFORE_SETTINGS = 100;

/** The client side of an HTTP/2 connection (RFC 9113): as many streams at once as the server and our settings allow. */
export class H2ClientConnection extends H2Connection implements ClientConnection {
  declare readonly settings: H2ClientSettings;
  private readonly callbacks: ClientCallbacks;
  private nextId: number;
  /** Streams whose HEADERS were not written yet: they have no id. */
  private readonly unsent: ClientStream[];
  /** Nothing new may start. */
  private left: boolean;
  /** Of `available + activeStreams`, as the pool knows it; -1: not told yet. */
  private toldCapacity: number;

  constructor(connection: Connection, callbacks: ClientCallbacks, settings: H2ClientSettings, stats: StatGroup) {
    super(connection, settings, stats, false);
    this.callbacks = callbacks;
    this.nextId = 1;
    this.unsent = [];
    this.left = false;
    this.toldCapacity = -1;
    connection.write(PREFACE);
    this.greet([SETTING_ENABLE_PUSH, 0]);
  }

  private get capacity(): number {
    const { maxConcurrentStreams } = this.settings;
    return Math.min(maxConcurrentStreams, this.greeted ? this.peer.maxStreams : STREAMS_BEFORE_SETTINGS);
  }

  /** None either while streams that nobody reads use up the window: what is new goes elsewhere instead of waiting for them. */
  get available(): number {
    if (this.left || this.dead || this.window.crowded || !this.connection.open) return 0;
    return this.capacity - this.activeStreams;
  }

  override get activeStreams(): number {
    return this.streams.size + this.unsent.length;
  }

  // ── requests ────────────────────────────────────────────────────────────────────────────────────────────────────

  newStream(decoder: ResponseDecoder): RequestEncoder {
    this.keepalive?.beforeStream();
    const stream = new ClientStream(this, decoder);
    this.unsent.push(stream);
    return stream;
  }

  /** RFC 8441 §3: not to a server that has not said that it takes extended CONNECT, once it has said anything. */
  get mayUpgrade(): boolean {
    return !this.greeted || this.peer.connectProtocol;
  }

  /** A request that the server would not understand. */
  refuse(stream: ClientStream): void {
    this.lose(stream, FAULTS.UPSTREAM_PROTOCOL_ERROR);
  }

  /** Gives the stream its id: its HEADERS follow. */
  open(stream: ClientStream): void {
    this.forgetUnsent(stream);
    stream.id = this.nextId;
    stream.sendWindow = this.peer.window;
    this.nextId += 2;
    this.addStream(stream);
    // §5.1.1: ids do not begin again.
    if (this.nextId > MAX_STREAM_ID) this.leave(LEFT_ASKED);
  }

  private forgetUnsent(stream: ClientStream): void {
    const { unsent } = this;
    const at = unsent.length - 1;
    if (unsent[at] === stream) unsent.length = at;
    else unsent.splice(unsent.indexOf(stream), 1);
  }

  // ── responses ───────────────────────────────────────────────────────────────────────────────────────────────────

  protected isIdle(id: number): boolean {
    return id >= this.nextId || (id & 1) === 0;
  }

  protected mayOpen(id: number): boolean {
    if (this.isIdle(id)) return this.fail(PROTOCOL_ERROR);
    return this.streams.has(id) || this.onClosed(id);
  }

  protected onBlock(id: number, end: boolean, buffer: Buffer, from: number, to: number): void {
    const stream = this.streams.get(id) as ClientStream | undefined;
    const headers = new Headers();
    const of = stream?.headDone === true ? BLOCK_TRAILERS : BLOCK_RESPONSE;
    const result = this.decoder.decode(buffer, from, to, headers, of, this.settings.limits);
    if (result === BLOCK_UNREADABLE) {
      this.fail(COMPRESSION_ERROR);
      return;
    }
    if (result === BLOCK_FLOOD) {
      this.blockTooLarge(id);
      return;
    }
    if (stream === undefined) {
      this.stats.inc(SLOT.headers_cb_no_stream);
      return;
    }
    stream.countHeadReceived(to - from, headers);
    if (stream.remoteEnded) {
      this.streamError(stream, STREAM_CLOSED);
    } else if (result === BLOCK_MALFORMED) {
      this.invalid(stream);
    } else if (result !== BLOCK_OK) {
      this.stats.inc(SLOT.header_overflow);
      this.streamError(stream, INTERNAL_ERROR);
    } else if (of === BLOCK_TRAILERS) {
      this.onTrailers(stream, headers, end);
    } else if (headers.status < 200) {
      this.onInformational(stream, headers, end);
    } else {
      this.onResponse(stream, headers, end);
    }
  }

  /** Status 0 is none; 101 does not exist in HTTP/2 (§8.6); an interim response does not end anything. */
  private onInformational(stream: ClientStream, headers: Headers, end: boolean): void {
    if (headers.status === 0 || headers.status === 101 || end) this.invalid(stream);
    else stream.decoder.decodeInformational(headers);
  }

  private onResponse(stream: ClientStream, headers: Headers, end: boolean): void {
    const { status } = headers;
    let length = contentLength(headers);
    const bodiless = stream.head || status === 204 || status === 304;
    if (length === BAD_LENGTH || (end && length > 0 && !bodiless && !stream.connect)) {
      this.invalid(stream);
      return;
    }
    if (bodiless) length = 0;
    else if (stream.connect && status < 300) length = -1;
    stream.headDone = true;
    stream.lengthLeft = length;
    fromExtendedConnectResponse(headers, stream.protocol);
    if (end) stream.receiveEnd(headers);
    else stream.decoder.decodeHeaders(headers, false);
  }

  private onTrailers(stream: ClientStream, trailers: Headers, end: boolean): void {
    if (!end || stream.lengthLeft > 0) {
      this.invalid(stream);
      return;
    }
    dropFramingOfTrailers(trailers);
    stream.receiveTrailers(trailers);
  }

  /** Its stream fails with the others. */
  protected onLostBlock(): void {}

  protected mayHaveData(stream: ClientStream): boolean {
    return stream.headDone;
  }

  // ── how streams end ─────────────────────────────────────────────────────────────────────────────────────────────

  /** Both messages are over. */
  complete(stream: ClientStream): void {
    if (!this.removeStream(stream)) return;
    stream.release();
    this.onStreamOver(false);
  }

  /** The request is not wanted any more. */
  giveUp(stream: ClientStream): void {
    if (stream.id === 0) {
      this.forgetUnsent(stream);
      stream.release();
    } else {
      if (!this.removeStream(stream)) return;
      stream.release();
      // A response that is complete needs no explanation.
      this.sendReset(stream.id, stream.remoteEnded ? NO_ERROR : CANCEL);
    }
    this.onStreamOver(true);
  }

  protected onPeerReset(id: number, code: number): void {
    const stream = this.streams.get(id) as ClientStream | undefined;
    if (stream === undefined) return;
    this.stats.inc(SLOT.rx_reset);
    this.forgetReset(id);
    if (stream.remoteEnded) {
      stream.onStopSending();
    } else if (code === REFUSED_STREAM && !stream.headDone) {
      this.lose(stream, FAULTS.REFUSED_STREAM);
    } else {
      this.lose(stream, code === PROTOCOL_ERROR ? FAULTS.UPSTREAM_PROTOCOL_ERROR : FAULTS.UPSTREAM_REMOTE_RESET);
    }
  }

  protected onStreamBroken(stream: ClientStream): void {
    this.lose(stream, FAULTS.UPSTREAM_PROTOCOL_ERROR);
  }

  private lose(stream: ClientStream, fault: Fault): void {
    if (stream.id === 0) this.forgetUnsent(stream);
    else if (!this.removeStream(stream)) return;
    stream.onGone(fault);
    this.onStreamOver(true);
  }

  private onStreamOver(broken: boolean): void {
    this.callbacks.onStreamFree(this, broken);
    if (this.left && this.activeStreams === 0) this.leaveFor(NO_ERROR);
  }

  private loseAll(fault: Fault): void {
    for (const stream of this.streams.values()) this.lose(stream as ClientStream, fault);
    this.loseUnsent(fault);
  }

  private loseUnsent(fault: Fault): void {
    for (let stream = this.unsent.at(-1); stream !== undefined; stream = this.unsent.at(-1)) this.lose(stream, fault);
  }

  // ── the end of the connection ───────────────────────────────────────────────────────────────────────────────────

  /** Streams above `lastId` were not looked at, and never will be (§6.8). */
  protected onPeerGoAway(lastId: number): void {
    this.leave(LEFT_ASKED);
    for (const stream of this.streams.values()) if (stream.id > lastId) this.lose(stream as ClientStream, FAULTS.UNPROCESSED);
    this.loseUnsent(FAULTS.UNPROCESSED);
    if (this.activeStreams === 0) this.leaveFor(NO_ERROR);
  }

  /** A server may take its time until it speaks: who waits for an answer has timeouts of its own. */
  protected onPeerSettings(): void {
    this.awaitAck();
    const { capacity } = this;
    if (capacity === this.toldCapacity) return;
    this.toldCapacity = capacity;
    this.callbacks.onCapacity?.(this);
  }

  protected onUncrowded(): void {
    if (!this.left && !this.dead) this.callbacks.onCapacity?.(this);
  }

  protected get lastPeerStream(): number {
    return 0;
  }

  /** A server says nothing about pushing, or that it does not want to be pushed to (§6.5.2). */
  protected get mostPush(): number {
    return 0;
  }

  private leave(why: LeaveReason): void {
    if (this.left) return;
    this.left = true;
    this.callbacks.onGoAway(this, why);
  }

  /** Nothing runs any more. */
  private leaveFor(code: number): void {
    if (this.dead) return;
    this.sayGoodbye(code);
    this.stop();
    this.connection.close(CLOSE_FLUSH);
  }

  protected onConnectionError(_fault: Fault): void {
    this.connection.close(CLOSE_FLUSH);
    this.leave(LEFT_PROTOCOL);
    this.loseAll(FAULTS.UPSTREAM_PROTOCOL_ERROR);
  }

  onEnd(): void {
    this.stop();
    this.leave(LEFT_BROKEN);
    this.loseAll(FAULTS.CONNECTION_TERMINATION);
  }

  onClose(): void {
    this.stop();
    this.leave(LEFT_BROKEN);
    this.loseAll(FAULTS.CONNECTION_TERMINATION);
  }

  drain(): void {
    this.leave(LEFT_BROKEN);
    if (this.activeStreams === 0) this.leaveFor(NO_ERROR);
  }

  close(): void {
    this.connection.close(CLOSE_NO_FLUSH);
  }
}
