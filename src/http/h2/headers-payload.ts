import { streamId } from './frame-reader.ts';
import { FLAG_PADDED, FLAG_PRIORITY, FRAME_SIZE_ERROR, NO_ERROR, PROTOCOL_ERROR } from './frames.ts';

const PRIORITY_BYTES = 5;

/** Where in the payload of a HEADERS frame the fragment lies (RFC 9113 §6.2). One object serves all connections. */
export class HeadersPayload {
  from: number;
  to: number;

  constructor() {
    this.from = 0;
    this.to = 0;
  }

  /** NO_ERROR, or what the connection ends with. The priority is not looked at, but a stream that depends on itself was always an error. */
  read(id: number, flags: number, buffer: Buffer, start: number, end: number): number {
    let from = start;
    let to = end;
    if ((flags & FLAG_PADDED) !== 0) {
      if (from === to) return FRAME_SIZE_ERROR;
      to -= buffer[from++] as number;
    }
    if ((flags & FLAG_PRIORITY) !== 0) {
      if (end - from < PRIORITY_BYTES) return FRAME_SIZE_ERROR;
      if (streamId(buffer, from) === id) return PROTOCOL_ERROR;
      from += PRIORITY_BYTES;
    }
    this.from = from;
    this.to = to;
    return from > to ? PROTOCOL_ERROR : NO_ERROR;
  }
}
