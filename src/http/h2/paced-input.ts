import type { Connection } from '../../net/connection.ts';
import type { Deferred } from '../../net/dispatcher.ts';
import { type FrameHandler, FrameReader } from './frame-reader.ts';

/**
 * Frames that are read from a client in one turn of the event loop; a header block counts as eight. What came beyond that waits for the
 * next turn, so that nobody's requests or small frames keep the other connections waiting for more than a millisecond or so.
 */
const BUDGET = 512;
/** From a service come the answers to many clients, and its frames cost less than requests. */
const BUDGET_OF_SERVICE = 1024;

export interface InputOwner extends FrameHandler {
  /** A part of the input was read later than it came. */
  afterInput(): void;
}

/** Hands the input of a connection to its frame reader, as much in one turn of the event loop as that takes. */
export class PacedInput implements Deferred {
  private readonly reader: FrameReader;
  private readonly connection: Connection;
  private readonly owner: InputOwner;
  /** What waits for the next turn; reading is disabled. */
  private held: Buffer | null;
  private stopped: boolean;
  private turn: number;

  constructor(owner: InputOwner, connection: Connection, server: boolean) {
    this.reader = new FrameReader(owner, server, server ? BUDGET : BUDGET_OF_SERVICE);
    this.connection = connection;
    this.owner = owner;
    this.held = null;
    this.stopped = false;
    this.turn = -1;
  }

  read(buffer: Buffer, start: number, end: number): void {
    if (this.held !== null) {
      // It was on its way when reading was disabled.
      this.held = Buffer.concat([this.held, buffer.subarray(start, end)]);
      return;
    }
    this.refill();
    const at = this.reader.read(buffer, start, end);
    if (at === end || this.stopped) return;
    this.held = Buffer.from(buffer.subarray(at, end));
    this.connection.readDisable(true);
    this.connection.dispatcher.defer(this);
  }

  onTurnEnd(): void {
    const { held } = this;
    if (held === null) return;
    this.refill();
    const at = this.reader.read(held, 0, held.length);
    if (this.stopped) return;
    if (at < held.length) {
      this.held = held.subarray(at);
      this.connection.dispatcher.defer(this);
    } else {
      this.held = null;
      this.connection.readDisable(false);
    }
    this.owner.afterInput();
  }

  /** A connection that is read more than once in a turn has one budget for all of it. */
  private refill(): void {
    const { turnNumber } = this.connection.dispatcher;
    if (turnNumber === this.turn) return;
    this.turn = turnNumber;
    this.reader.refill();
  }

  /** Nothing is read any more; what still comes, its end first of all, has to reach the owner of the connection. */
  stop(): void {
    this.stopped = true;
    this.reader.stop();
    if (this.held === null) return;
    this.held = null;
    this.connection.readDisable(false);
  }
}
