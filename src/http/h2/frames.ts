/** Numbers of RFC 9113: frame types and flags (§6), error codes (§7), settings (§6.5.2). */

export const DATA = 0x0 as const;
export const HEADERS = 0x1 as const;
export const PRIORITY = 0x2 as const;
export const RST_STREAM = 0x3 as const;
export const SETTINGS = 0x4 as const;
export const PUSH_PROMISE = 0x5 as const;
export const PING = 0x6 as const;
export const GOAWAY = 0x7 as const;
export const WINDOW_UPDATE = 0x8 as const;
export const CONTINUATION = 0x9 as const;

export const FLAG_END_STREAM = 0x1;
export const FLAG_ACK = 0x1;
export const FLAG_END_HEADERS = 0x4;
export const FLAG_PADDED = 0x8;
export const FLAG_PRIORITY = 0x20;

export const NO_ERROR = 0x0 as const;
export const PROTOCOL_ERROR = 0x1 as const;
export const INTERNAL_ERROR = 0x2 as const;
export const FLOW_CONTROL_ERROR = 0x3 as const;
export const SETTINGS_TIMEOUT = 0x4 as const;
export const STREAM_CLOSED = 0x5 as const;
export const FRAME_SIZE_ERROR = 0x6 as const;
export const REFUSED_STREAM = 0x7 as const;
export const CANCEL = 0x8 as const;
export const COMPRESSION_ERROR = 0x9 as const;
export const CONNECT_ERROR = 0xa as const;
export const ENHANCE_YOUR_CALM = 0xb as const;

export const SETTING_HEADER_TABLE_SIZE = 0x1;
export const SETTING_ENABLE_PUSH = 0x2;
export const SETTING_MAX_CONCURRENT_STREAMS = 0x3;
export const SETTING_INITIAL_WINDOW_SIZE = 0x4;
export const SETTING_MAX_FRAME_SIZE = 0x5;
export const SETTING_MAX_HEADER_LIST_SIZE = 0x6;
/** RFC 8441 §3. */
export const SETTING_ENABLE_CONNECT_PROTOCOL = 0x8;

export const FRAME_HEADER_BYTES = 9;
/** Largest payload that we take: SETTINGS_MAX_FRAME_SIZE at its default, which is also its minimum. */
export const MAX_FRAME_BYTES = 16384;
/** Both windows before anybody says anything (§6.9.2). */
export const DEFAULT_WINDOW = 65535;
export const MAX_WINDOW = 0x7fffffff;
export const MAX_STREAM_ID = 0x7fffffff;

/** What a client sends first (§3.4). */
export const PREFACE: Buffer = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');
