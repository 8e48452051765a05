/** What formats in routes read: one entry for all messages, filled for each and emptied again. */
import type { Formatter } from '../../telemetry/format/compile.ts';
import type { StreamInfo } from '../../telemetry/stream-info.ts';
import type { Headers } from '../headers.ts';

export class MessageEntry {
  info: StreamInfo;
  requestHeaders: Headers | null;
  responseHeaders: Headers | null;
  readonly responseTrailers: null;
  localReplyBody: string;

  constructor() {
    this.info = null as unknown as StreamInfo;
    this.requestHeaders = null;
    this.responseHeaders = null;
    this.responseTrailers = null;
    this.localReplyBody = '';
  }
}

const ENTRY = new MessageEntry();

/** A byte string. `body`: what `%LOCAL_REPLY_BODY%` prints, a byte string too. */
export function formatRequest(format: Formatter, headers: Headers, info: StreamInfo, body = ''): string {
  ENTRY.info = info;
  ENTRY.requestHeaders = headers;
  ENTRY.localReplyBody = body;
  const text = format.format(ENTRY);
  ENTRY.requestHeaders = null;
  return text;
}
