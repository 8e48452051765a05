/**
 * Request ids: UUID version 4 (RFC 9562 §5.4), made in batches so that one costs a slice of a string. Envoy packs why a request is
 * traced into the version digit; `4` there means that it is not.
 */
import { randomFill } from '../../base/random.ts';

const BATCH = 128;
const LENGTH = 36;
const HEX = Buffer.from('0123456789abcdef', 'latin1');
/** Where a dash stands before the byte of that index. */
const DASH_BEFORE = new Uint8Array(16);
for (const at of [4, 6, 8, 10]) DASH_BEFORE[at] = 1;

export class RequestIds {
  private readonly random: Buffer;
  private readonly text: Buffer;
  private batch: string;
  private next: number;

  constructor() {
    this.random = Buffer.allocUnsafeSlow(BATCH * 16);
    this.text = Buffer.allocUnsafeSlow(BATCH * LENGTH);
    this.batch = '';
    this.next = BATCH;
  }

  make(): string {
    if (this.next === BATCH) this.refill();
    const from = this.next++ * LENGTH;
    return this.batch.substring(from, from + LENGTH);
  }

  private refill(): void {
    const random = this.random;
    const text = this.text;
    randomFill(random);
    let at = 0;
    for (let id = 0; id < BATCH; id++) {
      const base = id * 16;
      random[base + 6] = ((random[base + 6] as number) & 0x0f) | 0x40;
      random[base + 8] = ((random[base + 8] as number) & 0x3f) | 0x80;
      for (let i = 0; i < 16; i++) {
        if (DASH_BEFORE[i] === 1) text[at++] = 45;
        const byte = random[base + i] as number;
        text[at++] = HEX[byte >>> 4] as number;
        text[at++] = HEX[byte & 15] as number;
      }
    }
    this.batch = text.latin1Slice(0, at);
    this.next = 0;
  }
}

/** The id of an external request that is kept: why it would be traced is taken out, as Envoy does. Ids of another length are left alone. */
export function withoutTraceReason(id: string): string {
  if (id.length !== LENGTH || id.charCodeAt(14) === 52) return id;
  return `${id.slice(0, 14)}4${id.slice(15)}`;
}
