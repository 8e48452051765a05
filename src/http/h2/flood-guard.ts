import type { Connection } from '../../net/connection.ts';
import { Timer, type TimerOwner } from '../../net/timer-wheel.ts';
import type { StatGroup } from '../../telemetry/stats.ts';
import { FAULTS, type Fault } from '../faults.ts';
import type { FrameWriter } from './frame-writer.ts';
import type { H2Settings } from './settings.ts';
import { H2_STATS } from './stats.ts';

const SLOT = H2_STATS.slot;

/** How many streams a connection may open before the share of early resets counts, and how short-lived such a stream is (Envoy 1.40). */
const RESETS_COUNT_FROM = 500;
export const EARLY_RESET_MS = 1000;

/** By slot: what the streams of such a connection end with. */
export const FLOOD_FAULTS: { readonly [slot: number]: Fault } = {
  [SLOT.inbound_empty_frames_flood]: FAULTS.H2_EMPTY_FRAMES_FLOOD,
  [SLOT.inbound_priority_frames_flood]: FAULTS.H2_PRIORITY_FLOOD,
  [SLOT.inbound_window_update_frames_flood]: FAULTS.H2_WINDOW_UPDATE_FLOOD,
  [SLOT.outbound_control_flood]: FAULTS.H2_OUTBOUND_CONTROL_FLOOD,
  [SLOT.outbound_flood]: FAULTS.H2_OUTBOUND_FLOOD,
};

/** Frames between two looks at what the socket has taken. */
const LOOK_EVERY = 64;
/** While frames wait, the gauges of them are looked at this often. */
const GAUGE_MS = 1000;

/** What a flood is made of; -1: none. Slots of H2_STATS where Envoy counts it. */
export const NO_FLOOD = -1;

/**
 * Counts what a peer can send, or make us send, for next to nothing (Envoy 1.40 `ProtocolConstraints`). Every method that counts
 * tells whether the connection has to end for it.
 */
export class FloodGuard implements TimerOwner {
  private readonly settings: H2Settings;
  private readonly stats: StatGroup;
  private readonly connection: Connection;
  private readonly writer: FrameWriter;
  /** Streams that the peer, or we, ever opened. */
  streams: number;
  private emptyFrames: number;
  private priorityFrames: number;
  private windowUpdates: number;
  private ended: number;
  private earlyResets: number;

  /** Frames that have left, as far as we know; a mark in the bytes written, and how many frames stood before it. */
  private gone: number;
  private goneControl: number;
  private mark: number;
  private markFrames: number;
  private markControl: number;
  private looked: number;
  /** What this connection adds to the gauges. */
  private shown: number;
  private shownControl: number;
  /** Null until the kernel has once not taken everything. */
  private timer: Timer | null;
  private stopped: boolean;

  constructor(settings: H2Settings, connection: Connection, writer: FrameWriter, stats: StatGroup) {
    this.settings = settings;
    this.stats = stats;
    this.connection = connection;
    this.writer = writer;
    this.streams = 0;
    this.emptyFrames = 0;
    this.priorityFrames = 0;
    this.windowUpdates = 0;
    this.ended = 0;
    this.earlyResets = 0;
    this.gone = 0;
    this.goneControl = 0;
    this.mark = 0;
    this.markFrames = 0;
    this.markControl = 0;
    this.looked = 0;
    this.shown = 0;
    this.shownControl = 0;
    this.timer = null;
    this.stopped = false;
  }

  /** A HEADERS, CONTINUATION or DATA frame. */
  payload(bytes: number, end: boolean): number {
    if (bytes > 0 || end) {
      this.emptyFrames = 0;
      return NO_FLOOD;
    }
    return ++this.emptyFrames > this.settings.maxConsecutiveEmptyFrames ? SLOT.inbound_empty_frames_flood : NO_FLOOD;
  }

  priority(): number {
    const most = this.settings.maxPriorityFramesPerStream * (1 + this.streams);
    return ++this.priorityFrames > most ? SLOT.inbound_priority_frames_flood : NO_FLOOD;
  }

  windowUpdate(): number {
    const most = 5 + 2 * (this.streams + this.settings.maxWindowUpdatesPerDataFrame * this.writer.dataFrames);
    return ++this.windowUpdates > most ? SLOT.inbound_window_update_frames_flood : NO_FLOOD;
  }

  /** A stream ended; `early` when the peer took it back before it was answered. True when that is all it does. */
  streamEnded(early: boolean): boolean {
    this.ended++;
    if (!early) return false;
    this.earlyResets++;
    return this.earlyResets * 2 >= Math.max(RESETS_COUNT_FROM, this.ended);
  }

  /** Enough was written to look again at what became of it. */
  get mayFlood(): boolean {
    return this.writer.frames - this.looked >= LOOK_EVERY;
  }

  /** What waits to be written. Cheap unless there is reason to look. */
  outbound(): number {
    return this.mayFlood ? this.look() : NO_FLOOD;
  }

  private look(): number {
    const { writer, settings } = this;
    this.looked = writer.frames;
    this.measure();
    this.show();
    if (
      writer.frames - this.gone <= settings.maxOutboundFrames &&
      writer.controlFrames - this.goneControl <= settings.maxOutboundControlFrames
    )
      return NO_FLOOD;
    // A peer that reads gets what is gathered for it before it is judged.
    this.connection.flush();
    this.measure();
    if (writer.controlFrames - this.goneControl > settings.maxOutboundControlFrames) return SLOT.outbound_control_flood;
    return writer.frames - this.gone > settings.maxOutboundFrames ? SLOT.outbound_flood : NO_FLOOD;
  }

  /**
   * Frames are not followed through the socket one by one: a mark is set in the bytes written, and when the kernel has taken
   * everything before it, so are the frames before it.
   */
  private measure(): void {
    const { connection, writer } = this;
    const waiting = connection.bufferedBytes;
    if (waiting === 0) {
      this.gone = writer.frames;
      this.goneControl = writer.controlFrames;
    } else if (writer.bytes - waiting >= this.mark) {
      this.gone = this.markFrames;
      this.goneControl = this.markControl;
    } else {
      return;
    }
    this.mark = writer.bytes;
    this.markFrames = writer.frames;
    this.markControl = writer.controlFrames;
  }

  /** Frames that the kernel has not taken count in the gauges; those that are gathered for the end of the turn do not. */
  private show(): void {
    const { connection, writer } = this;
    const stuck = connection.bufferedBytes > connection.outAt;
    if (this.stopped || (!stuck && this.shown === 0)) return;
    this.count(stuck ? writer.frames - this.gone : 0, stuck ? writer.controlFrames - this.goneControl : 0);
    this.timer ??= new Timer(this, 0);
    if (stuck && !this.timer.armed) connection.dispatcher.timers.arm(this.timer, GAUGE_MS);
  }

  private count(frames: number, control: number): void {
    if (frames !== this.shown) this.stats.add(SLOT.outbound_frames_active, frames - this.shown);
    if (control !== this.shownControl) this.stats.add(SLOT.outbound_control_frames_active, control - this.shownControl);
    this.shown = frames;
    this.shownControl = control;
  }

  onTimer(): void {
    this.measure();
    this.show();
  }

  /** The connection is over. */
  stop(): void {
    this.stopped = true;
    this.count(0, 0);
    if (this.timer !== null) this.connection.dispatcher.timers.cancel(this.timer);
  }
}
