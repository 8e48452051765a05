import { uint32 } from './frame-reader.ts';
import {
  DEFAULT_WINDOW,
  FLOW_CONTROL_ERROR,
  MAX_FRAME_BYTES,
  MAX_STREAM_ID,
  MAX_WINDOW,
  NO_ERROR,
  PROTOCOL_ERROR,
  SETTING_ENABLE_CONNECT_PROTOCOL,
  SETTING_ENABLE_PUSH,
  SETTING_HEADER_TABLE_SIZE,
  SETTING_INITIAL_WINDOW_SIZE,
  SETTING_MAX_CONCURRENT_STREAMS,
  SETTING_MAX_FRAME_SIZE,
} from './frames.ts';
import { TABLE_BYTES } from './hpack/dynamic-table.ts';

/** Largest SETTINGS_MAX_FRAME_SIZE there may be. */
const LARGEST_FRAME = 0xffffff;

/** What the peer said of itself (RFC 9113 §6.5.2), beginning with the defaults. */
export class PeerSettings {
  /** INITIAL_WINDOW_SIZE. */
  window: number;
  maxStreams: number;
  /** RFC 8441: it takes extended CONNECT. */
  connectProtocol: boolean;
  /** The smallest HEADER_TABLE_SIZE of the last frame and the last one; -1 when it named none. */
  smallestTable: number;
  table: number;

  constructor() {
    this.window = DEFAULT_WINDOW;
    this.maxStreams = MAX_STREAM_ID;
    this.connectProtocol = false;
    this.smallestTable = -1;
    this.table = TABLE_BYTES;
  }

  /** Takes the payload of a SETTINGS frame. NO_ERROR, or what the connection ends with. `mostPush`: largest ENABLE_PUSH that may come. */
  apply(buffer: Buffer, from: number, to: number, mostPush: number): number {
    this.smallestTable = -1;
    for (let at = from; at < to; at += 6) {
      const id = ((buffer[at] as number) << 8) | (buffer[at + 1] as number);
      const code = this.one(id, uint32(buffer, at + 2), mostPush);
      if (code !== NO_ERROR) return code;
    }
    return NO_ERROR;
  }

  /** Unknown ones are ignored. */
  private one(id: number, value: number, mostPush: number): number {
    switch (id) {
      case SETTING_HEADER_TABLE_SIZE:
        this.table = value;
        if (this.smallestTable < 0 || value < this.smallestTable) this.smallestTable = value;
        return NO_ERROR;
      case SETTING_ENABLE_PUSH:
        return value > mostPush ? PROTOCOL_ERROR : NO_ERROR;
      case SETTING_MAX_CONCURRENT_STREAMS:
        this.maxStreams = value;
        return NO_ERROR;
      case SETTING_INITIAL_WINDOW_SIZE:
        if (value > MAX_WINDOW) return FLOW_CONTROL_ERROR;
        this.window = value;
        return NO_ERROR;
      case SETTING_MAX_FRAME_SIZE:
        // Frames of the size that everybody takes are large enough for us.
        return value < MAX_FRAME_BYTES || value > LARGEST_FRAME ? PROTOCOL_ERROR : NO_ERROR;
      case SETTING_ENABLE_CONNECT_PROTOCOL:
        // RFC 8441 §3: once said, never taken back.
        if (value > 1 || (value === 0 && this.connectProtocol)) return PROTOCOL_ERROR;
        this.connectProtocol = value === 1;
        return NO_ERROR;
      default:
        return NO_ERROR;
    }
  }
}
