/**
 * The iteration over the filters in one direction, with Envoy's semantics (`source/common/http/filter_manager.cc`). Both
 * directions are the same walk: `sign` is 1 where positions grow along the path (requests), -1 where they fall.
 *
 * Invariant: bytes reach a filter in order and once. A filter that stops gets a `Hold` at its position, in which everything waits
 * that has passed the filters before it; holds are few (nearly always none or one) and sorted along the path.
 *
 * A filter that stopped the head and has no data (or trailers) method keeps what follows until it continues. (Envoy's base class
 * would let the data resume the iteration: too easy to forget in a filter that guards something.)
 */
import {
  CONTINUE,
  type DataStatus,
  type HeadersStatus,
  STOP_ALL_AND_BUFFER,
  STOP_ALL_AND_WATERMARK,
  STOP_AND_BUFFER,
  STOP_ITERATION,
  STOP_NO_BUFFER,
  type TrailersStatus,
} from '../filter.ts';
import type { Headers } from '../headers.ts';
import { Hold } from './hold.ts';

/** What the paths of one stream share. */
export interface PathOwner {
  /** Filter methods on the stack now. */
  calls: number;
  /** A filter asked for a reply or a reset while it was called: the iteration that called it returns. */
  interrupted: boolean;
  /** Carries out what was asked for. Called when no filter method is on the stack any more. */
  settle(): void;
}

export abstract class FilterPath {
  protected readonly owner: PathOwner;
  private readonly sign: 1 | -1;
  /** Position before the first filter of the path. */
  protected start: number;
  /** Position of the terminal filter, which consumes whatever it answers; -1 where the path has none. */
  protected last: number;
  protected headersOrder: readonly number[];
  protected dataOrder: readonly number[];
  protected trailersOrder: readonly number[];
  /** Most bytes kept at one filter before the path refuses or pauses. */
  limit: number;
  /** Position of the filter being called, -1 when none. */
  calling: number;
  /** Nothing goes to the filters any more. */
  over: boolean;
  private holds: Hold | null;
  /** The one of `holds` that stopped the head. */
  private headHold: Hold | null;
  /** Filter that continued while it was still being called; -1 when none. */
  private continued: number;
  /** Body that a filter adds while it has the head. */
  private injected: Hold | null;
  private inHeaders: boolean;
  /** Kept bytes that are on their way again: whoever keeps them next need not copy. */
  private owned: Buffer | null;

  constructor(owner: PathOwner, sign: 1 | -1, start: number) {
    this.owner = owner;
    this.sign = sign;
    this.start = start;
    this.last = -1;
    this.headersOrder = NONE;
    this.dataOrder = NONE;
    this.trailersOrder = NONE;
    this.limit = 0;
    this.calling = -1;
    this.over = false;
    this.holds = null;
    this.headHold = null;
    this.continued = -1;
    this.injected = null;
    this.inHeaders = false;
    this.owned = null;
  }

  protected abstract callHeaders(position: number, headers: Headers, end: boolean): HeadersStatus;
  protected abstract callData(position: number, data: Buffer, end: boolean): DataStatus;
  protected abstract callTrailers(position: number, trailers: Headers): TrailersStatus;
  /** Behind the last filter. */
  protected abstract passHeaders(headers: Headers, end: boolean): void;
  protected abstract passData(data: Buffer, end: boolean): void;
  protected abstract passTrailers(trailers: Headers): void;
  /** The head that is on its way. */
  protected abstract head(): Headers;
  /** A filter that buffers has more than `limit` bytes. */
  protected abstract tooLarge(): void;
  protected abstract pauseSource(pause: boolean): void;

  headers(headers: Headers, end: boolean): void {
    if (!this.over) this.runHeaders(this.start, headers, end);
  }

  data(data: Buffer, end: boolean): void {
    if (!this.over) this.runData(this.start, data, end);
  }

  trailers(trailers: Headers): void {
    if (!this.over) this.runTrailers(this.start, trailers);
  }

  /** Resumes at the filter at `position`; -1: at the one that stopped the head, else at the nearest one that waits. */
  resume(position: number): void {
    if (this.over) return;
    if (position < 0) position = this.calling;
    const hold = position < 0 ? (this.headHold ?? this.holds) : this.holdAt(position);
    if (hold !== null) this.release(hold);
    else if (position >= 0 && position === this.calling) this.continued = position;
  }

  /** Adds bytes behind the filter being called, or behind the one that waits. */
  inject(data: Buffer, end: boolean): void {
    if (this.over) return;
    if (this.calling >= 0 && this.inHeaders) {
      this.injected ??= new Hold(this.calling, false, CONTINUE);
      this.injected.append(data);
      this.injected.end = end;
      return;
    }
    const hold = this.calling >= 0 ? this.holdAt(this.calling) : this.holds;
    const position = this.calling >= 0 ? this.calling : (hold?.position ?? this.start);
    if (hold?.head === true) this.releaseHead(hold, false);
    if (!this.over) this.runData(position, data, end);
  }

  /** Bytes kept at the filter being called, or at the one that waits; null when none are. */
  get kept(): Buffer | null {
    const hold = this.calling >= 0 ? this.holdAt(this.calling) : this.holds;
    return hold === null || hold.bytes === 0 ? null : hold.view();
  }

  /** Ends the iteration and lets go of what was kept. */
  stop(): void {
    this.over = true;
    for (let hold = this.holds; hold !== null; hold = hold.next) if (hold.paused) this.pauseSource(false);
    this.holds = null;
    this.headHold = null;
    this.injected = null;
  }

  private runHeaders(after: number, headers: Headers, end: boolean): void {
    const order = this.headersOrder;
    const before = this.enter();
    this.inHeaders = true;
    for (let i = this.indexAfter(order, after); i < order.length; i++) {
      const position = order[i] as number;
      this.calling = position;
      const status = this.callHeaders(position, headers, end);
      if (this.owner.interrupted || this.over) {
        this.leave(before);
        return;
      }
      const added = this.injected;
      if (added === null && (status === CONTINUE || position === this.last)) continue;
      this.leave(before);
      this.injected = null;
      if (status !== CONTINUE && position !== this.last && !this.goesOn(position)) {
        this.addHold(this.holdFor(position, true, status, added, end));
      } else {
        this.runHeaders(position, headers, end && added === null);
        if (added !== null && !this.over) this.runData(position, added.take(), added.end || end);
      }
      return;
    }
    this.leave(before);
    this.passHeaders(headers, end);
  }

  private runData(after: number, data: Buffer, end: boolean): void {
    const order = this.dataOrder;
    const before = this.enter();
    for (let i = this.indexAfter(order, after); i < order.length; i++) {
      const position = order[i] as number;
      const stop = this.headHold;
      if (stop !== null) {
        const beyond = this.sign * (position - stop.position);
        if (beyond > 0 || (beyond === 0 && stop.status !== STOP_ITERATION)) break;
      }
      this.calling = position;
      const status = this.callData(position, data, end);
      if (this.owner.interrupted || this.over) {
        this.leave(before);
        return;
      }
      if (position === this.last || (status === CONTINUE && this.holds === null)) continue;
      this.leave(before);
      const hold = this.holdAt(position);
      if (status !== CONTINUE && !this.goesOn(position)) {
        this.stopData(hold, position, status, data, end);
      } else if (hold === null) {
        this.runData(position, data, end);
      } else {
        // What was kept here goes first.
        this.keep(hold, data, end);
        this.release(hold);
      }
      return;
    }
    this.leave(before);
    const stop = this.headHold;
    if (stop === null) this.passData(data, end);
    else this.store(stop, data, end, stop.status === STOP_ALL_AND_BUFFER);
  }

  private stopData(known: Hold | null, position: number, status: DataStatus, data: Buffer, end: boolean): void {
    let hold = known;
    if (hold === null) {
      hold = new Hold(position, false, status);
      this.addHold(hold);
    } else if (!hold.head) hold.status = status;
    if (status === STOP_NO_BUFFER) hold.end = end;
    else this.store(hold, data, end, status === STOP_AND_BUFFER);
  }

  private runTrailers(after: number, trailers: Headers): void {
    const order = this.trailersOrder;
    const before = this.enter();
    let reached = after;
    for (let i = this.indexAfter(order, after); ; i++) {
      const position = i < order.length ? (order[i] as number) : BEHIND_ALL;
      let hold = this.holds === null ? null : this.holdBetween(reached, position);
      // One that waits with no say on trailers: they follow what it keeps, or wait with the head.
      if (hold !== null) {
        this.leave(before);
        hold.trailers = trailers;
        if (!hold.head) this.release(hold);
        return;
      }
      if (position === BEHIND_ALL) break;
      hold = this.holds === null ? null : this.holdAt(position);
      if (hold?.head === true && hold.status !== STOP_ITERATION) {
        this.leave(before);
        hold.trailers = trailers;
        return;
      }
      this.calling = position;
      const status = this.callTrailers(position, trailers);
      if (this.owner.interrupted || this.over) {
        this.leave(before);
        return;
      }
      reached = position;
      if (position === this.last || (status === CONTINUE && this.holds === null)) continue;
      const goesOn = status === CONTINUE || this.goesOn(position);
      hold = this.holdAt(position);
      if (goesOn && hold === null) continue;
      this.leave(before);
      if (hold === null) {
        hold = new Hold(position, false, status);
        this.addHold(hold);
      }
      hold.trailers = trailers;
      if (goesOn) this.release(hold);
      return;
    }
    this.leave(before);
    this.passTrailers(trailers);
  }

  /** Before the first of a run of filter calls; the result is for `leave`. */
  private enter(): number {
    this.owner.calls++;
    return this.calling;
  }

  /** After the last of the run: what a filter has asked for meanwhile is carried out. */
  private leave(before: number): void {
    this.calling = before;
    this.inHeaders = false;
    this.owner.calls--;
    if (this.owner.interrupted) this.owner.settle();
  }

  /** Lets everything that waits at `hold` go on. */
  private release(hold: Hold): void {
    let ended = false;
    if (hold.head) {
      ended = hold.end && hold.bytes === 0 && hold.trailers === null;
      this.releaseHead(hold, ended);
    } else this.removeHold(hold);
    if (this.over) return;
    // A filter that stopped everything has not seen the body that came meanwhile.
    const unseen = hold.status === STOP_ALL_AND_BUFFER || hold.status === STOP_ALL_AND_WATERMARK;
    const after = unseen ? hold.position - this.sign : hold.position;
    if (hold.bytes > 0 || (hold.end && !ended)) {
      const data = hold.take();
      if (hold.paused) {
        hold.paused = false;
        this.pauseSource(false);
      }
      this.owned = data;
      this.runData(after, data, hold.end);
      this.owned = null;
      if (this.over) return;
    }
    if (hold.trailers !== null) this.runTrailers(after, hold.trailers);
  }

  private releaseHead(hold: Hold, end: boolean): void {
    this.removeHold(hold);
    hold.head = false;
    this.runHeaders(hold.position, this.head(), end);
  }

  /** Keeps bytes at a filter; beyond the limit the source pauses, or the path refuses. */
  private store(hold: Hold, data: Buffer, end: boolean, bounded: boolean): void {
    this.keep(hold, data, end);
    if (hold.bytes <= this.limit || this.limit === 0) return;
    if (bounded) {
      this.tooLarge();
    } else if (!hold.paused) {
      hold.paused = true;
      this.pauseSource(true);
    }
  }

  private keep(hold: Hold, data: Buffer, end: boolean): void {
    if (data === this.owned && hold.bytes === 0) hold.adopt(data);
    else if (data.length > 0) hold.append(data);
    if (end) hold.end = true;
  }

  /** A filter that stopped after it had continued goes on. */
  private goesOn(position: number): boolean {
    if (this.continued !== position) return false;
    this.continued = -1;
    return true;
  }

  private holdFor(position: number, head: boolean, status: number, added: Hold | null, end: boolean): Hold {
    const hold = new Hold(position, head, status);
    hold.end = end;
    if (added !== null) {
      hold.end = end || added.end;
      hold.adopt(added.take());
    }
    return hold;
  }

  private addHold(hold: Hold): void {
    if (hold.head) this.headHold = hold;
    let before: Hold | null = null;
    let at = this.holds;
    while (at !== null && this.sign * (at.position - hold.position) < 0) {
      before = at;
      at = at.next;
    }
    hold.next = at;
    if (before === null) this.holds = hold;
    else before.next = hold;
  }

  private removeHold(hold: Hold): void {
    if (this.headHold === hold) this.headHold = null;
    let before: Hold | null = null;
    for (let at = this.holds; at !== null; at = at.next) {
      if (at === hold) {
        if (before === null) this.holds = at.next;
        else before.next = at.next;
        return;
      }
      before = at;
    }
  }

  private holdAt(position: number): Hold | null {
    for (let hold = this.holds; hold !== null; hold = hold.next) if (hold.position === position) return hold;
    return null;
  }

  /** The first hold behind `after` and before `position`. */
  private holdBetween(after: number, position: number): Hold | null {
    for (let hold = this.holds; hold !== null; hold = hold.next) {
      if (this.sign * (hold.position - after) <= 0) continue;
      return position === BEHIND_ALL || this.sign * (hold.position - position) < 0 ? hold : null;
    }
    return null;
  }

  private indexAfter(order: readonly number[], after: number): number {
    if (after === this.start) return 0;
    let i = 0;
    while (i < order.length && this.sign * ((order[i] as number) - after) <= 0) i++;
    return i;
  }
}

const NONE: readonly number[] = [];
/** No position: behind the last filter. */
const BEHIND_ALL = -2;
