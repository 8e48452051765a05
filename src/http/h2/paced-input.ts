import type { Connection } from '../../net/connection.ts';
import type { Deferred } from '../../net/dispatcher.ts';
import type { FrameReader } from './frame-reader.ts';

/** Told when a part of the input was read later than it came. */
export interface InputOwner {
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

  constructor(reader: FrameReader, connection: Connection, owner: InputOwner) {
    this.reader = reader;
    this.connection = connection;
    this.owner = owner;
    this.held = null;
    this.stopped = false;
  }

  read(buffer: Buffer, start: number, end: number): void {
    if (this.held !== null) {
      // It was on its way when reading was disabled.
      this.held = Buffer.concat([this.held, buffer.subarray(start, end)]);
      return;
    }
    const at = this.reader.read(buffer, start, end);
    if (at === end || this.stopped) return;
    this.held = Buffer.from(buffer.subarray(at, end));
    this.connection.readDisable(true);
    this.connection.dispatcher.defer(this);
  }

  onTurnEnd(): void {
    const { held } = this;
    if (held === null) return;
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

  /** Nothing is read any more; what still comes, its end first of all, has to reach the owner of the connection. */
  stop(): void {
    this.stopped = true;
    this.reader.stop();
    if (this.held === null) return;
    this.held = null;
    this.connection.readDisable(false);
  }
}
