/**
 * Access logs as the data path calls them, and what the formatter reads. Sinks (file, stdout, gRPC …) are extensions of
 * kind `access_logger`; the formatter lives in this room.
 */
import type { ByteMeter, StreamInfo } from './stream-info.ts';

/** A header name resolved at config time; `http/header-name.ts` makes them. */
export interface HeaderKey {
  readonly text: string;
}

/** Read-only view of a header block; `http/headers.ts` implements it. */
export interface HeaderView {
  /** First value; undefined when absent. Pseudo headers by their `:name`. */
  get(name: HeaderKey): string | undefined;
  /** Names and values together, pseudo headers included. */
  byteSize(): number;
}

/** Everything a log line can mention. Blocks are null where the stream had none (TCP, no response). */
export interface LogEntry {
  readonly info: StreamInfo;
  readonly requestHeaders: HeaderView | null;
  readonly responseHeaders: HeaderView | null;
  readonly responseTrailers: HeaderView | null;
  /** Body of a local reply (`%LOCAL_REPLY_BODY%`), '' when none. */
  readonly localReplyBody: string;
  /** Of the client's exchange; absent: there was none. */
  readonly encoder?: ByteMeter;
}

/** One configured access log: filter, format and sink in one object. Called once, when the stream ended. Must not throw or wait. */
export interface AccessLog {
  log(entry: LogEntry): void;
  /** Writes what is buffered; called at shutdown and on SIGUSR1 (`reopen` then also opens the file again). */
  flush(reopen: boolean): void;
}
