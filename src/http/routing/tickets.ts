/** Choosing between weighted clusters by the request instead of by chance. */
import type { StreamInfo } from '../../telemetry/stream-info.ts';
import type { HeaderName } from '../header-name.ts';
import type { Headers } from '../headers.ts';
import type { RequestHash } from '../route.ts';
import type { TicketSource } from './compiled-route.ts';

const WHOLE = /^\d{1,20}$/;
const LARGEST = 0xffff_ffff_ffff_ffffn;

/** `header_name`: a whole number of at most 64 bits. */
export class HeaderTickets implements TicketSource {
  private readonly name: HeaderName;

  constructor(name: HeaderName) {
    this.name = name;
  }

  ticket(headers: Headers, _info: StreamInfo, sum: number): number {
    const text = headers.get(this.name);
    if (text === undefined || !WHOLE.test(text)) return -1;
    if (text.length < 16) return Number(text) % sum;
    const value = BigInt(text);
    return value > LARGEST ? -1 : Number(value % BigInt(sum));
  }
}

/** `use_hash_policy`. */
export class HashTickets implements TicketSource {
  private readonly hash: RequestHash;

  constructor(hash: RequestHash) {
    this.hash = hash;
  }

  ticket(headers: Headers, info: StreamInfo, sum: number): number {
    const hash = this.hash.hash(headers, info);
    return hash < 0 ? -1 : hash % sum;
  }
}
