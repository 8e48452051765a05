import { FAULTS, type Fault } from '../faults.ts';
import { CONTENT_LENGTH } from '../header-name.ts';
import type { Headers } from '../headers.ts';
import { CR, LF, SP, VALUE } from './chars.ts';
import { OPTION_CLOSE, OPTION_KEEP_ALIVE, OPTION_UPGRADE } from './connection-options.ts';
import { FieldBlock, OF_RESPONSE } from './field-block.ts';
import type { HeadInput } from './head-input.ts';
import type { H1ClientSettings } from './settings.ts';

const HTTP = 0x50545448; // 'HTTP', little-endian
const SLASH_1_1 = 0x312e312f; // '/1.1'
const SLASH_1_0 = 0x302e312f;

/** A response head (RFC 9112 §4), and what its framing and connection fields mean for the codec. */
export class ResponseHead {
  /** -1: none. */
  contentLength: number;
  chunked: boolean;
  /** No further request on this connection. */
  close: boolean;
  private readonly fields: FieldBlock;

  constructor() {
    this.contentLength = -1;
    this.chunked = false;
    this.close = false;
    this.fields = new FieldBlock();
  }

  /** Reads `input`, whose head begins at `at`, into `headers`. Null, or what is wrong: the upstream breaks the protocol, whatever it is. */
  read(input: HeadInput, at: number, headers: Headers, settings: H1ClientSettings): Fault | null {
    headers.wireBytes = input.end - at;
    const { bytes, view, shift, end } = input;
    const version = view.getInt32(at + 4 + shift, true);
    const http10 = version === SLASH_1_0;
    if (end - at < 16 || view.getInt32(at + shift, true) !== HTTP || (version !== SLASH_1_1 && !http10) || bytes[at + 8] !== SP) {
      return FAULTS.BAD_MESSAGE;
    }
    const status = digits(bytes, at + 9);
    if (status < 100 || (bytes[at + 12] !== SP && bytes[at + 12] !== CR)) return FAULTS.BAD_MESSAGE;
    headers.status = status;
    let next = at + 12;
    while (VALUE[bytes[next] as number] !== 0) next++;
    const reasonEnd = next;
    if (bytes[next] !== CR || bytes[next + 1] !== LF) return FAULTS.BAD_MESSAGE;

    const fields = this.fields;
    const fault = fields.read(input, next + 2, headers, OF_RESPONSE, settings);
    if (fault !== null) return fault;
    if (headers.spelling !== null && settings.nameMemory?.reason === true) headers.spelling.reason = input.slice(at + 13, reasonEnd);
    const { chunked } = fields;
    const { bits } = fields.options;
    this.close = (bits & OPTION_CLOSE) !== 0 || (http10 && (bits & OPTION_KEEP_ALIVE) === 0);
    this.contentLength = fields.contentLength;
    this.chunked = chunked;
    if (status === 101) headers.protocol = (bits & OPTION_UPGRADE) !== 0 ? fields.upgrade : '';
    if (chunked && http10) return FAULTS.INVALID_TRANSFER_ENCODING;
    if (status === 204 || status < 200) return this.withoutBody(headers, fields);
    return null;
  }

  /** RFC 9110 §8.6, RFC 9112 §6.1: no length in 1xx and 204; 0 is harmless and dropped. */
  private withoutBody(headers: Headers, fields: FieldBlock): Fault | null {
    if (fields.chunked) return FAULTS.TRANSFER_ENCODING_NOT_ALLOWED;
    if (fields.contentLength > 0) return FAULTS.BODY_DISALLOWED;
    if (fields.contentLength === 0) headers.remove(CONTENT_LENGTH);
    this.contentLength = -1;
    return null;
  }
}

/** Three digits, -1 when there are others. */
function digits(bytes: Buffer, at: number): number {
  let value = 0;
  for (let i = at; i < at + 3; i++) {
    const digit = (bytes[i] as number) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
