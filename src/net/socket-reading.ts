import type { ConnectionCallbacks } from './connection.ts';
import type { Dispatcher } from './dispatcher.ts';
import { type Block, type LoopMemory, READ_BYTES, type Reader, type ReadingSocket } from './loop-memory.ts';
import { listenToData } from './socket-events.ts';
import { READS_STATIC, type ReadMode, type SocketConnectionOptions } from './socket-options.ts';

/** A read of this size says that bulk data is coming: the socket gets a read block of its own. */
const BULK_BYTES = READ_BYTES / 2;

/** The reading half of a connection on a `net.Socket`: which memory it reads into, when it reads, and to whom the bytes go. */
export abstract class SocketReading implements Reader {
  readonly id: number;
  readonly dispatcher: Dispatcher;
  readonly socket: ReadingSocket;
  open: boolean;
  bytesReceived: number;

  protected readonly memory: LoopMemory;
  protected readonly readMode: ReadMode;
  protected callbacks: ConnectionCallbacks | null;
  protected connecting: boolean;
  /** Reading has begun; input that came before waits in `early`. */
  protected started: boolean;
  protected early: Buffer | null;
  protected disabled: number;
  /** Our own read block, null while the shared one does. */
  protected readBlock: Block | null;

  constructor(options: SocketConnectionOptions) {
    this.id = options.dispatcher.nextId();
    this.dispatcher = options.dispatcher;
    this.socket = options.socket as ReadingSocket;
    this.open = true;
    this.bytesReceived = 0;
    this.memory = options.dispatcher.memory;
    this.readMode = options.readMode;
    this.callbacks = null;
    this.connecting = !options.connected;
    this.started = false;
    this.early = null;
    this.disabled = 0;
    this.readBlock = null;

    this.socket.reader = this;
  }

  /** At the end of the turn: what `readDisable(false)` has put off. */
  abstract onTurnEnd(): void;

  setCallbacks(callbacks: ConnectionCallbacks): void {
    this.callbacks = callbacks;
  }

  /** Begins to read; once, after the callbacks are set. `early` is input that was read before (and is owned by us now). */
  start(early: Buffer | null): void {
    this.started = true;
    this.early = early;
    if (this.disabled === 0) this.resume();
  }

  onRead(end: number, buffer: Buffer): void {
    const { memory } = this;
    this.bytesReceived += end;
    const block = this.readBlock ?? memory.shared;
    if (this.open) {
      memory.reading = block;
      (this.callbacks as ConnectionCallbacks).onData(buffer, 0, end);
      memory.reading = null;
      if (memory.corked.length > 0) memory.uncork();
    }
    // A small read into the shared block, which is what most of them are, changes nothing.
    if (this.readBlock === null && end < BULK_BYTES) memory.stay = true;
    else this.chooseNext(end);
  }

  /** Bulk data goes into a block of our own, a lent block is left alone, and the rest shares. */
  private chooseNext(lastRead: number): void {
    const { memory } = this;
    let block = this.readBlock;
    if (lastRead < BULK_BYTES || !this.open) {
      if (block !== null) this.leaveReadBlock();
      return;
    }
    if (block !== null && block.users > 1) {
      this.leaveReadBlock();
      block = null;
    }
    if (block === null) block = memory.takeReadBlock();
    this.readBlock = block;
    memory.next = block;
  }

  protected leaveReadBlock(): void {
    this.memory.leaveReadBlock(this.readBlock as Block);
    this.readBlock = null;
  }

  onOwnData(data: Buffer): void {
    this.bytesReceived += data.length;
    if (this.open) (this.callbacks as ConnectionCallbacks).onData(data, 0, data.length);
  }

  readDisable(disable: boolean): void {
    if (disable) {
      if (++this.disabled === 1 && this.started && this.open) this.socket.pause();
    } else if (--this.disabled === 0 && this.started && this.open) {
      if (this.early === null) this.resume();
      else this.dispatcher.defer(this);
    }
  }

  protected resume(): void {
    const { early } = this;
    if (early !== null) {
      this.early = null;
      this.onOwnData(early);
      if (this.disabled !== 0 || !this.open) return;
    }
    if (this.readMode === READS_STATIC) {
      // Node begins by itself when the connection stands.
      if (!this.connecting) this.socket.read(0);
      return;
    }
    listenToData(this.socket);
    this.socket.resume();
  }
}
