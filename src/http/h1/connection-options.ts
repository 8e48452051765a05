import { RULE_NONE, resolveName } from '../header-name.ts';
import type { Headers } from '../headers.ts';

/** RFC 9110 §7.6.1; bits of `ConnectionOptions.bits`. */
export const OPTION_CLOSE = 1;
export const OPTION_KEEP_ALIVE = 2;
export const OPTION_UPGRADE = 4;

/** As Envoy: a message that nominates as many fields or more is refused. */
const MOST_OPTIONS = 10;
/** Empty list elements cost as much to read as others. */
const MOST_ELEMENTS = 64;

/** Fields that tell who the client is: nominating them would strip what later hops rely on (Envoy `sanitizeConnectionHeader`). */
const PROTECTED: ReadonlySet<string> = new Set(['host', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto']);

const KNOWN: ReadonlyMap<string, number> = new Map([
  ['close', OPTION_CLOSE],
  ['keep-alive', OPTION_KEEP_ALIVE],
  ['upgrade', OPTION_UPGRADE],
  // Handled by rules of their own, or without a field to remove.
  ['te', 0],
  ['http2-settings', 0],
  ['proxy-connection', 0],
  ['transfer-encoding', 0],
]);

/** What the Connection fields of one message say. */
export class ConnectionOptions {
  bits: number;
  /** Field names to be removed, lower case; the first `count` are valid. */
  private readonly nominated: string[];
  private count: number;
  private total: number;
  private elements: number;

  constructor() {
    this.bits = 0;
    this.nominated = [];
    this.count = 0;
    this.total = 0;
    this.elements = 0;
  }

  clear(): void {
    this.bits = 0;
    this.count = 0;
    this.total = 0;
    this.elements = 0;
  }

  /** Reads one field value; false when it must be refused. */
  read(value: string): boolean {
    if (value === 'keep-alive') {
      this.bits |= OPTION_KEEP_ALIVE;
      return ++this.total < MOST_OPTIONS;
    }
    for (let from = 0; from <= value.length; ) {
      let to = value.indexOf(',', from);
      if (to < 0) to = value.length;
      if (++this.elements > MOST_ELEMENTS) return false;
      const option = value.slice(from, to).trim().toLowerCase();
      from = to + 1;
      if (option === '') continue;
      if (++this.total >= MOST_OPTIONS) return false;
      const bit = KNOWN.get(option);
      if (bit !== undefined) {
        this.bits |= bit;
      } else {
        if (PROTECTED.has(option) || option.charCodeAt(0) === 0x3a) return false;
        this.nominated[this.count++] = option;
      }
    }
    return true;
  }

  /** Obsolete `Proxy-Connection`: only its `close` is heeded. */
  readProxyConnection(value: string): void {
    if (value.toLowerCase() === 'close') this.bits |= OPTION_CLOSE;
  }

  /** Removes the nominated fields, before anybody can decide by them. */
  strip(headers: Headers): void {
    for (let i = 0; i < this.count; i++) {
      const name = resolveName(this.nominated[i] as string);
      if (name.rule === RULE_NONE) headers.remove(name);
    }
    this.count = 0;
  }
}
