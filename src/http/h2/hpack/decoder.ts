import type { HeadLimits } from '../../codec.ts';
import { shareField } from '../../field-pool.ts';
import { TOKEN, VALUE } from '../../h1/chars.ts';
import {
  AUTHORITY,
  HeaderName,
  METHOD,
  NAME_HOP,
  NAME_INVALID,
  NAME_NORMAL,
  NAME_PSEUDO,
  PATH,
  PROTOCOL,
  RULE_TE,
  resolveName,
  SCHEME,
  STATUS,
  TRANSIENT_BIT,
} from '../../header-name.ts';
import { Field, type Headers } from '../../headers.ts';
import { DynamicTable, ENTRY_BYTES, TABLE_BYTES } from './dynamic-table.ts';
import { decodeHuffman, longestDecoded } from './huffman.ts';
import { STATIC_ENTRIES, STATIC_FIELDS } from './static-table.ts';

/** What a block turned out to be. */
export const BLOCK_OK = 0 as const;
/** The table is lost: COMPRESSION_ERROR for the connection (RFC 7541 §3, RFC 9113 §4.3). */
export const BLOCK_UNREADABLE = 1 as const;
/** Read to its end, but no HTTP message (RFC 9113 §8.1.1): PROTOCOL_ERROR for the stream. */
export const BLOCK_MALFORMED = 2 as const;
/** Read to its end, but over the limits: what is over them was not kept. */
export const BLOCK_TOO_LARGE = 3 as const;
export const BLOCK_TOO_MANY = 4 as const;
/** So far over the limits that it is not worth the time to read the rest. The table is lost with it. */
export const BLOCK_FLOOD = 5 as const;
export type BlockResult =
  | typeof BLOCK_OK
  | typeof BLOCK_UNREADABLE
  | typeof BLOCK_MALFORMED
  | typeof BLOCK_TOO_LARGE
  | typeof BLOCK_TOO_MANY
  | typeof BLOCK_FLOOD;

/** Whose fields these are: which pseudo headers may stand in them. */
export const BLOCK_REQUEST = 0 as const;
export const BLOCK_RESPONSE = 1 as const;
export const BLOCK_TRAILERS = 2 as const;
export type BlockOf = typeof BLOCK_REQUEST | typeof BLOCK_RESPONSE | typeof BLOCK_TRAILERS;

const SEEN_METHOD = 1;
const SEEN_SCHEME = 2;
const SEEN_AUTHORITY = 4;
const SEEN_PATH = 8;
const SEEN_PROTOCOL = 16;
const SEEN_STATUS = 32;
const SEEN_FIELD = 64;

/** So many times the limits are a flood and no mistake: a byte on the wire may stand for four thousand. */
const FLOOD_FACTOR = 4;

/** Scratch of Huffman-coded strings: grows to the largest one, which the limits of a block bound. */
let scratch: Buffer = Buffer.allocUnsafeSlow(4096);

/**
 * Reads header blocks of one connection (RFC 7541) into `Headers`: entries of the tables are shared `Field`s, so that a field which was
 * sent by index costs no string at all. A block that is over the limits or malformed is read to its end all the same, because
 * the table must stay in step; nothing of it is kept beyond the limits.
 */
export class HpackDecoder {
  readonly table: DynamicTable;
  /** What we told the peer with SETTINGS_HEADER_TABLE_SIZE, as far as it has heard of it. */
  private maxTableBytes: number;
  /** The peer's table is larger than it may be by now: its next block has to begin with an update. */
  private mustShrink: boolean;
  /** Where reading goes on; -1 when the block is unreadable. */
  private at: number;
  private seen: number;
  private result: BlockResult;
  /** The last string may be a field value. */
  private valid: boolean;

  /** `maxTableBytes`: at most TABLE_BYTES. */
  constructor(maxTableBytes: number = TABLE_BYTES) {
    this.table = new DynamicTable();
    this.table.resize(maxTableBytes);
    this.maxTableBytes = maxTableBytes;
    this.mustShrink = false;
    this.at = 0;
    this.seen = 0;
    this.result = BLOCK_OK;
    this.valid = false;
  }

  /** The peer acknowledged another table size (RFC 9113 §4.3.1). At most TABLE_BYTES. */
  limitTable(bytes: number): void {
    this.maxTableBytes = bytes;
    this.mustShrink = this.table.limit > bytes;
  }

  /** Reads the whole block `bytes[start, end)`. `headers.wireBytes` becomes its size as RFC 9113 §6.5.2 counts it. */
  decode(bytes: Buffer, start: number, end: number, headers: Headers, of: BlockOf, limits: HeadLimits): BlockResult {
    const { table } = this;
    this.at = start;
    this.seen = 0;
    this.result = BLOCK_OK;
    let size = 0;
    let count = 0;
    let updates = 0;
    while (this.at < end) {
      const byte = bytes[this.at] as number;
      let field: Field | null;
      if (this.mustShrink && (byte & 0xe0) !== 0x20) return BLOCK_UNREADABLE;
      if (byte > 0x80 && byte < 0xff) {
        this.at++;
        field = this.indexed(byte & 0x7f);
      } else if ((byte & 0x80) !== 0) {
        field = this.indexed(this.integer(bytes, end, 0x7f));
      } else if ((byte & 0xe0) === 0x20) {
        // §4.2: only at the start of a block, the smallest size of the meantime and the final one.
        const limit = this.integer(bytes, end, 0x1f);
        if (count > 0 || ++updates > 2 || limit < 0 || limit > this.maxTableBytes) return BLOCK_UNREADABLE;
        this.mustShrink = false;
        table.resize(limit);
        continue;
      } else if ((byte & 0x40) !== 0) {
        field = this.literal(bytes, end, 0x3f, true, false);
        if (field !== null) table.add(field);
      } else {
        field = this.literal(bytes, end, 0x0f, false, (byte & 0x10) !== 0);
      }
      if (field === null) return BLOCK_UNREADABLE;
      count++;
      size += field.name.text.length + field.value.length + ENTRY_BYTES;
      // Charged before it is kept.
      if (size > limits.maxBytes || count > limits.maxCount) {
        if (size > FLOOD_FACTOR * limits.maxBytes || count > FLOOD_FACTOR * limits.maxCount) return BLOCK_FLOOD;
        this.result = size > limits.maxBytes ? BLOCK_TOO_LARGE : BLOCK_TOO_MANY;
      }
      if (this.result === BLOCK_OK) this.accept(field, headers, of);
    }
    headers.wireBytes = size;
    headers.plainBytes = size - count * ENTRY_BYTES;
    return this.result;
  }

  private indexed(index: number): Field | null {
    if (index <= 0) return null;
    return index <= STATIC_ENTRIES ? (STATIC_FIELDS[index] as Field) : this.table.at(index - STATIC_ENTRIES - 1);
  }

  private literal(bytes: Buffer, end: number, mask: number, shared: boolean, sensitive: boolean): Field | null {
    const index = this.integer(bytes, end, mask);
    let name: HeaderName;
    if (index === 0) {
      const text = this.string(bytes, end);
      if (this.at < 0) return null;
      name = isName(text) ? resolveName(text) : new HeaderName(text, -1, NAME_INVALID, false, TRANSIENT_BIT);
    } else {
      const entry = this.indexed(index);
      if (entry === null) return null;
      name = entry.name;
    }
    const value = this.string(bytes, end);
    if (this.at < 0) return null;
    if (!this.valid) return new Field(new HeaderName(name.text, -1, NAME_INVALID, false, TRANSIENT_BIT), value, -1, sensitive);
    // What the peer puts into its table it means to send again.
    return shared ? shareField(name, value) : new Field(name, value, -1, sensitive);
  }

  /** §5.1. Sets `at`; -1 when it breaks off or is larger than anything could be. */
  private integer(bytes: Buffer, end: number, mask: number): number {
    let { at } = this;
    let value = (bytes[at++] as number) & mask;
    if (value === mask) {
      let shift = 0;
      let byte: number;
      do {
        if (at >= end || shift > 21) {
          this.at = -1;
          return -1;
        }
        byte = bytes[at++] as number;
        value += (byte & 0x7f) << shift;
        shift += 7;
      } while ((byte & 0x80) !== 0);
    }
    this.at = at;
    return value;
  }

  /** §5.2. Sets `at` (-1 when it breaks off or is no Huffman code) and `valid`. */
  private string(bytes: Buffer, end: number): string {
    if (this.at < 0 || this.at >= end) {
      this.at = -1;
      return '';
    }
    const huffman = ((bytes[this.at] as number) & 0x80) !== 0;
    const length = this.integer(bytes, end, 0x7f);
    const from = this.at;
    const to = from + length;
    if (from < 0 || to > end) {
      this.at = -1;
      return '';
    }
    this.at = to;
    if (!huffman) {
      this.valid = isValue(bytes, from, to);
      return bytes.latin1Slice(from, to);
    }
    const most = longestDecoded(length);
    if (scratch.length < most) scratch = Buffer.allocUnsafeSlow(most);
    const decoded = decodeHuffman(bytes, from, to, scratch, 0);
    if (decoded < 0) {
      this.at = -1;
      return '';
    }
    this.valid = isValue(scratch, 0, decoded);
    return scratch.latin1Slice(0, decoded);
  }

  /** Puts a field where it belongs; RFC 9113 §8.2 and §8.3. */
  private accept(field: Field, headers: Headers, of: BlockOf): void {
    const { name, value } = field;
    if (name.kind === NAME_NORMAL) {
      this.seen |= SEEN_FIELD;
      headers.append(field);
    } else if (name.kind === NAME_HOP) {
      // §8.2.2: nothing but `te: trailers`.
      this.seen |= SEEN_FIELD;
      if (name.rule === RULE_TE && value === 'trailers') headers.append(field);
      else this.result = BLOCK_MALFORMED;
    } else if (name.kind !== NAME_PSEUDO || (this.seen & SEEN_FIELD) !== 0 || !this.pseudo(name, value, headers, of)) {
      this.result = BLOCK_MALFORMED;
    }
  }

  /** False when it is unknown, does not belong here, comes twice or is empty where it must not be. */
  private pseudo(name: HeaderName, value: string, headers: Headers, of: BlockOf): boolean {
    if (of === BLOCK_REQUEST) {
      if (name === PATH) {
        headers.path = value;
        return value !== '' && this.once(SEEN_PATH);
      }
      if (name === METHOD) {
        headers.method = value;
        return value !== '' && this.once(SEEN_METHOD);
      }
      if (name === AUTHORITY) {
        headers.authority = value;
        return this.once(SEEN_AUTHORITY);
      }
      if (name === SCHEME) {
        headers.scheme = value;
        return value !== '' && this.once(SEEN_SCHEME);
      }
      if (name === PROTOCOL) {
        headers.protocol = value;
        return value !== '' && this.once(SEEN_PROTOCOL);
      }
      return false;
    }
    if (of !== BLOCK_RESPONSE || name !== STATUS) return false;
    headers.status = statusOf(value);
    return headers.status !== 0 && this.once(SEEN_STATUS);
  }

  private once(bit: number): boolean {
    const first = (this.seen & bit) === 0;
    this.seen |= bit;
    return first;
  }
}

/** A token in lower case, or a pseudo header. */
function isName(text: string): boolean {
  const { length } = text;
  let i = text.charCodeAt(0) === 0x3a ? 1 : 0;
  if (i === length) return false;
  for (; i < length; i++) {
    const c = text.charCodeAt(i);
    if (TOKEN[c] !== c) return false;
  }
  return true;
}

/** RFC 9113 §8.2.1: no control characters, no white space at the ends. */
function isValue(bytes: Buffer, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (VALUE[bytes[i] as number] !== 1) return false;
  return from === to || (notBlank(bytes[from] as number) && notBlank(bytes[to - 1] as number));
}

function notBlank(c: number): boolean {
  return c !== 0x20 && c !== 0x09;
}

/** 100 to 999, 0 for everything else. */
function statusOf(value: string): number {
  if (value.length !== 3) return 0;
  let status = 0;
  for (let i = 0; i < 3; i++) {
    const digit = value.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return 0;
    status = status * 10 + digit;
  }
  return status >= 100 ? status : 0;
}
