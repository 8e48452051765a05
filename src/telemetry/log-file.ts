/**
 * A file that many loggers of one worker append lines to. Lines gather in a buffer and are written in the background, when 64 KiB
 * are together or the flush interval is over; nothing here waits for a disk or a reader.
 *
 * Lines that the file does not take pile up to MAX_BUFFERED bytes, further ones are dropped and counted. A failed write
 * (a full disk, a closed pipe) drops what it was to write, as Envoy's does.
 */
import { close, constants, fstatSync, open, openSync, write, writeSync } from 'node:fs';
import { type StatGroup, statSpec } from './stats.ts';

/** Envoy's names under `filesystem.`; `lines_dropped` is ours. */
export const FILESYSTEM_STATS = statSpec({
  counters: ['flushed_by_timer', 'lines_dropped', 'reopen_failed', 'write_buffered', 'write_completed', 'write_failed'],
  gauges: ['write_total_buffered'],
});

const { slot } = FILESYSTEM_STATS;

/** Written when so much is together (Envoy's MIN_FLUSH_SIZE). */
const CHUNK = 65536;

/** Bytes that may wait for a file that takes nothing. */
export const MAX_BUFFERED = 1 << 20;

/** What a pipe takes in one piece, whoever else writes to it (POSIX PIPE_BUF on Linux). */
const PIPE_BUF = 4096;

/** A file that takes nothing is asked again after this long, or after the flush interval where that is shorter. */
const RETRY_MS = 100;

/** What of node:fs is used; tests give their own. */
export interface LogFileSystem {
  openSync(path: string, flags: number): number;
  open(path: string, flags: number, done: (error: NodeJS.ErrnoException | null, fd: number) => void): void;
  write(fd: number, buffer: Buffer, at: number, length: number, done: (error: NodeJS.ErrnoException | null, written: number) => void): void;
  writeSync(fd: number, buffer: Buffer, at: number, length: number): number;
  close(fd: number): void;
  /** Whether writes of several threads to it could mix: not a regular file. */
  mayMix(fd: number): boolean;
}

export const nodeFiles: LogFileSystem = {
  openSync: (path, flags) => openOwn(path) ?? openSync(path, flags, 0o644),
  open(path, flags, done) {
    let own: number | null;
    try {
      own = openOwn(path);
    } catch (error) {
      done(error as NodeJS.ErrnoException, -1);
      return;
    }
    if (own === null) open(path, flags, 0o644, done);
    else done(null, own);
  },
  write: (fd, buffer, at, length, done) => write(fd, buffer, at, length, null, done),
  writeSync: (fd, buffer, at, length) => writeSync(fd, buffer, at, length, null),
  close: (fd) => {
    if (fd > 2) close(fd, () => {});
  },
  mayMix: (fd) => !fstatSync(fd).isFile(),
};

/**
 * The process's own stdout and stderr. A pipe or a terminal is opened anew, so that not blocking on it changes nothing for others
 * who write there; a regular file or a socket cannot be (it would be written at another place, or not at all).
 */
function openOwn(path: string): number | null {
  const own = path === '/dev/stdout' ? 1 : path === '/dev/stderr' ? 2 : null;
  if (own === null) return null;
  const stat = fstatSync(own);
  if (!stat.isFIFO() && !stat.isCharacterDevice()) return own;
  try {
    return openSync(path, APPEND);
  } catch {
    return own;
  }
}

/** A FIFO without a reader is an error then, not a process that hangs. */
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;

/** Calls `run` once, so many milliseconds later; a call before that replaces the time. */
export interface FlushTimer {
  arm(ms: number): void;
}

export interface LogFileParts {
  readonly path: string;
  readonly flushMs: number;
  /** Calls `onTimer` of the file. */
  readonly timer: (file: LogFile) => FlushTimer;
  readonly stats: StatGroup;
  /** Several threads write to the file. */
  readonly shared: boolean;
  readonly warn: (text: string) => void;
  readonly files?: LogFileSystem;
}

/** Bytes on their way out. `[start, end)` is still to be written. */
class Piece {
  readonly buffer: Buffer;
  start: number;
  readonly end: number;

  constructor(buffer: Buffer, end: number) {
    this.buffer = buffer;
    this.start = 0;
    this.end = end;
  }
}

export class LogFile {
  readonly path: string;
  readonly #files: LogFileSystem;
  readonly #flushMs: number;
  readonly #timer: FlushTimer;
  readonly #stats: StatGroup;
  readonly #shared: boolean;
  readonly #warn: (text: string) => void;
  readonly #onWritten: (error: NodeJS.ErrnoException | null, written: number) => void;
  #fd: number;
  #mayMix: boolean;
  #chunk: Buffer | null = null;
  #used = 0;
  #spare: Buffer | null = null;
  /** A null opens the file again. */
  #queue: (Piece | null)[] = [];
  #buffered = 0;
  #busy = false;
  #armed = false;
  /** The last write failed, and that was said. */
  #failing = false;

  /** Opens the file; throws what the system says when that fails. Configuration time. */
  constructor(parts: LogFileParts) {
    this.path = parts.path;
    this.#files = parts.files ?? nodeFiles;
    this.#flushMs = parts.flushMs;
    this.#stats = parts.stats;
    this.#shared = parts.shared;
    this.#warn = parts.warn;
    this.#onWritten = (error, written) => this.#written(error, written);
    this.#fd = this.#files.openSync(this.path, APPEND);
    this.#mayMix = this.#shared && this.#files.mayMix(this.#fd);
    this.#timer = parts.timer(this);
  }

  /** Appends a line, a byte string with its newline. */
  write(line: string): void {
    const { length } = line;
    if (this.#buffered + length > MAX_BUFFERED) {
      this.#stats.inc(slot.lines_dropped);
      return;
    }
    this.#buffered += length;
    this.#stats.inc(slot.write_buffered);
    this.#stats.add(slot.write_total_buffered, length);
    if (length > CHUNK) {
      this.#seal();
      this.#queue.push(new Piece(Buffer.from(line, 'latin1'), length));
      this.#pump();
      return;
    }
    if (this.#used + length > CHUNK) {
      this.#seal();
      this.#pump();
    }
    if (this.#chunk === null) {
      this.#chunk = this.#spare ?? Buffer.allocUnsafeSlow(CHUNK);
      this.#spare = null;
    }
    this.#used += this.#chunk.latin1Write(line, this.#used);
    if (!this.#armed) this.#arm(this.#flushMs);
  }

  /** Starts to write what is buffered; `reopen`: and then opens the file again (a rotated log). */
  flush(reopen: boolean): void {
    this.#seal();
    if (reopen && !this.#queue.includes(null)) this.#queue.push(null);
    this.#pump();
  }

  /** Writes what is buffered before it returns, as far as the file takes it at once. For the end of the process. */
  flushNow(): void {
    this.#seal();
    // The first piece may be under way already: it is in the hands of the system.
    const waiting = this.#queue.splice(this.#busy ? 1 : 0);
    for (const piece of waiting) {
      if (piece === null || this.#fd < 0) continue;
      try {
        while (piece.start < piece.end) piece.start += this.#files.writeSync(this.#fd, piece.buffer, piece.start, piece.end - piece.start);
        this.#stats.inc(slot.write_completed);
      } catch {
        this.#stats.inc(slot.write_failed);
      }
      this.#release(piece);
    }
  }

  onTimer(): void {
    this.#armed = false;
    if (this.#used > 0) {
      // A chunk is closed half full only when the file is ready for it: behind a stuck one lines share chunks.
      if (this.#queue.length === 0) {
        this.#stats.inc(slot.flushed_by_timer);
        this.#seal();
      } else {
        this.#arm(this.#flushMs);
      }
    }
    this.#pump();
  }

  close(): void {
    this.flushNow();
    if (this.#fd >= 0 && !this.#busy) this.#files.close(this.#fd);
    this.#fd = -1;
  }

  #arm(ms: number): void {
    this.#armed = true;
    this.#timer.arm(ms);
  }

  #seal(): void {
    if (this.#chunk === null || this.#used === 0) return;
    this.#queue.push(new Piece(this.#chunk, this.#used));
    this.#chunk = null;
    this.#used = 0;
  }

  #pump(): void {
    if (this.#busy) return;
    const next = this.#queue[0];
    if (next === undefined) return;
    if (next === null) {
      this.#reopen();
      return;
    }
    if (this.#fd < 0) {
      this.#failed('the file is closed');
      return;
    }
    this.#busy = true;
    this.#files.write(this.#fd, next.buffer, next.start, this.#length(next), this.#onWritten);
  }

  /** Whole lines of what a pipe takes in one piece, where other threads write to it as well. */
  #length(piece: Piece): number {
    const length = piece.end - piece.start;
    if (!this.#mayMix || length <= PIPE_BUF) return length;
    const newline = piece.buffer.lastIndexOf(10, piece.start + PIPE_BUF - 1);
    return newline < piece.start ? length : newline + 1 - piece.start;
  }

  #written(error: NodeJS.ErrnoException | null, written: number): void {
    this.#busy = false;
    const piece = this.#queue[0] as Piece;
    if (error !== null) {
      if (error.code === 'EAGAIN') {
        this.#arm(Math.min(this.#flushMs, RETRY_MS));
        return;
      }
      this.#failed(error.message);
      return;
    }
    piece.start += written;
    if (piece.start >= piece.end) {
      this.#failing = false;
      this.#stats.inc(slot.write_completed);
      this.#queue.shift();
      this.#release(piece);
    }
    this.#pump();
  }

  #failed(reason: string): void {
    if (!this.#failing) this.#warn(`access log ${this.path}: ${reason}; its lines are lost until it can be written again`);
    this.#failing = true;
    this.#stats.inc(slot.write_failed);
    const piece = this.#queue.shift();
    if (piece !== null && piece !== undefined) this.#release(piece);
    this.#pump();
  }

  #release(piece: Piece): void {
    this.#buffered -= piece.end;
    this.#stats.add(slot.write_total_buffered, -piece.end);
    if (piece.buffer.length === CHUNK) this.#spare ??= piece.buffer;
  }

  #reopen(): void {
    this.#busy = true;
    this.#files.open(this.path, APPEND, (error, fd) => {
      this.#busy = false;
      this.#queue.shift();
      if (error !== null) {
        this.#stats.inc(slot.reopen_failed);
        this.#warn(`access log ${this.path}: cannot be opened again: ${error.message}; the old file is used further`);
      } else {
        if (this.#fd >= 0) this.#files.close(this.#fd);
        this.#fd = fd;
        this.#mayMix = this.#shared && this.#files.mayMix(fd);
      }
      this.#pump();
    });
  }
}
