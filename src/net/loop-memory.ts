/**
 * Buffers of one event loop, shared by all of its connections, so that a connection that neither reads nor writes owns none.
 *
 * Reading: every socket reads into `shared`, because the bytes are consumed before the callback returns. A socket that moves
 * bulk data gets a block of its own, whose bytes can be written in place: they may stay there while the kernel of the
 * receiving side has no room (then the block is *lent* to that side's connection and the reader goes on with another one).
 * Bytes of `shared` are never lent: the next socket reads over them.
 *
 * Writing: small pieces are gathered in blocks of GATHER_BYTES, taken when the first byte comes and returned when the kernel
 * has them.
 */
import type { OnReadOpts, Socket } from 'node:net';
import { GATHER_BYTES } from './connection.ts';

/** Most that one read into the shared block returns. */
export const READ_BYTES = 65536;
/** Most that one read of a socket with a block of its own returns: bulk data costs a fifth less CPU than in pieces of READ_BYTES. */
export const BULK_READ_BYTES = 262_144;
/** Sockets that may hold a read block of their own at one time; the others copy. Bounds what idle sockets can keep. */
export const MAX_READERS = 64;
/** Blocks kept for reuse: 6 MiB, 2 MiB and 2 MiB at most. */
const FREE_READ_BLOCKS = 24;
const FREE_COPY_BLOCKS = 32;
const FREE_GATHER_BLOCKS = 128;

/** A socket that reads into the loop's memory, and who takes its bytes. */
export interface ReadingSocket extends Socket {
  reader: Reader;
}

export interface Reader {
  /** `buffer[0, end)` was read. Sets `LoopMemory.next` where the socket reads next if not into the shared block. */
  onRead(end: number, buffer: Buffer): void;
}

/** A connection that holds back what it writes while a read is dispatched. */
export interface Corked {
  onUncork(): void;
}

export class Block {
  readonly buffer: Buffer;
  /** What `Buffer.buffer` of a view on this block is. */
  readonly bytes: ArrayBufferLike;
  /** The reader, and every connection whose kernel has not taken some of the bytes. Back in the pool at 0. */
  users: number;

  constructor(size: number) {
    this.buffer = Buffer.allocUnsafeSlow(size);
    this.bytes = this.buffer.buffer;
    this.users = 0;
  }
}

/** Free blocks of one size. */
class BlockPool {
  private readonly size: number;
  private readonly limit: number;
  private readonly free: Block[];
  /** Taken and not back yet. */
  inUse: number;

  constructor(size: number, limit: number) {
    this.size = size;
    this.limit = limit;
    this.free = [];
    this.inUse = 0;
  }

  take(): Block {
    const block = this.free.pop() ?? new Block(this.size);
    block.users = 1;
    this.inUse++;
    return block;
  }

  release(block: Block): void {
    if (--block.users > 0) return;
    this.inUse--;
    if (this.free.length < this.limit) this.free.push(block);
  }

  get freeCount(): number {
    return this.free.length;
  }
}

export class LoopMemory {
  private sharedBlock: Block | null;
  private discardBuffer: Buffer | null;
  private readonly readBlocks: BlockPool;
  private readonly copyBlocks: BlockPool;
  private readonly gatherBlocks: BlockPool;
  /** What is being dispatched to a connection's callbacks right now; null between reads. Bytes of it are borrowed. */
  reading: Block | null;
  /** Connections that were written to in this read. */
  readonly corked: Corked[];
  /** Where the socket whose callback just returned reads next; null: into the shared block. */
  next: Block | null;
  /** The socket whose callback just returned goes on reading where it read: Node need not be told. */
  stay: boolean;
  /** Option of every socket of this loop. One object serves all, because Node calls `callback` as a method of the socket. */
  readonly onread: OnReadOpts;
  /** Sockets that hold a read block. */
  readers: number;

  constructor() {
    this.sharedBlock = null;
    this.discardBuffer = null;
    this.readBlocks = new BlockPool(BULK_READ_BYTES, FREE_READ_BLOCKS);
    this.copyBlocks = new BlockPool(READ_BYTES, FREE_COPY_BLOCKS);
    this.gatherBlocks = new BlockPool(GATHER_BYTES, FREE_GATHER_BLOCKS);
    this.reading = null;
    this.corked = [];
    this.next = null;
    this.stay = false;
    this.readers = 0;
    this.onread = { buffer: () => this.nextBuffer(), callback: onRead };
  }

  /** Asked by Node after each callback, and when a socket begins to read. */
  private nextBuffer(): Buffer {
    if (this.stay) {
      this.stay = false;
      // Anything but a buffer leaves the one that is set (Node, internal/stream_base_commons).
      return undefined as unknown as Buffer;
    }
    const { next } = this;
    if (next === null) return this.shared.buffer;
    this.next = null;
    return next.buffer;
  }

  /** The callbacks of a read have returned. */
  uncork(): void {
    const { corked } = this;
    for (let i = 0; i < corked.length; i++) (corked[i] as Corked).onUncork();
    corked.length = 0;
  }

  /** Where sockets read that own no block. */
  get shared(): Block {
    this.sharedBlock ??= new Block(READ_BYTES);
    return this.sharedBlock;
  }

  /** Where bytes go that nobody will send: GATHER_BYTES long. */
  get discard(): Buffer {
    this.discardBuffer ??= Buffer.allocUnsafeSlow(GATHER_BYTES);
    return this.discardBuffer;
  }

  /** A read block for a socket that moves bulk data, or null when enough have one. */
  takeReadBlock(): Block | null {
    if (this.readers >= MAX_READERS) return null;
    this.readers++;
    return this.readBlocks.take();
  }

  /** The socket reads elsewhere from now on; who the block is lent to keeps it. */
  leaveReadBlock(block: Block): void {
    this.readers--;
    this.readBlocks.release(block);
  }

  /** A block to copy a large piece of the shared block into. */
  takeCopyBlock(): Block {
    return this.copyBlocks.take();
  }

  takeGatherBlock(): Block {
    return this.gatherBlocks.take();
  }

  /** For blocks of any size. */
  release(block: Block): void {
    const { length } = block.buffer;
    if (length === GATHER_BYTES) this.gatherBlocks.release(block);
    else if (length === READ_BYTES) this.copyBlocks.release(block);
    else this.readBlocks.release(block);
  }

  /** Blocks that connections hold now: none when all of them are idle. */
  get inUse(): number {
    return this.readBlocks.inUse + this.copyBlocks.inUse + this.gatherBlocks.inUse;
  }

  /** Blocks in the pools. */
  get free(): { readonly read: number; readonly gather: number } {
    return { read: this.readBlocks.freeCount, gather: this.gatherBlocks.freeCount };
  }
}

function onRead(this: ReadingSocket, end: number, buffer: Uint8Array): boolean {
  this.reader.onRead(end, buffer as Buffer);
  return true;
}
