/** An upgrade or a CONNECT that is allowed here: counted until the end, kept from the upstream until it is granted. */
import type { StatGroup } from '../../telemetry/stats.ts';
import type { ResponseEncoder } from '../codec.ts';
import { CONTENT_LENGTH } from '../header-name.ts';
import type { Headers } from '../headers.ts';
import { grantsTunnel } from '../upgrade.ts';
import { CONNECTION_MANAGER_STATS } from './stats.ts';

const SLOT = CONNECTION_MANAGER_STATS.slot;

export class Tunnel {
  private readonly request: Headers;
  private readonly encoder: ResponseEncoder;
  private readonly stats: StatGroup;
  private readonly multiplexed: boolean;
  /** What the client sends for it has to wait. The codec of HTTP/1.1 sees to that itself. */
  private waiting: boolean;

  constructor(request: Headers, encoder: ResponseEncoder, stats: StatGroup) {
    this.request = request;
    this.encoder = encoder;
    this.stats = stats;
    this.multiplexed = encoder.protocol === 'HTTP/2';
    this.waiting = this.multiplexed;
    stats.inc(SLOT.downstream_cx_upgrades_total);
    stats.inc(SLOT.downstream_cx_upgrades_active);
    if (this.waiting) encoder.readDisable(true);
  }

  /**
   * True when the response is its head and nothing else: to an HTTP/2 client a 2xx means that its tunnel is open, and one that does
   * not mean it ends there, as in Envoy.
   */
  headOnly(headers: Headers): boolean {
    if (!this.multiplexed || headers.status < 200 || headers.status > 299 || grantsTunnel(this.request, headers.status)) return false;
    headers.remove(CONTENT_LENGTH);
    return true;
  }

  /** The response head is with the client. */
  onResponse(): void {
    if (!this.waiting) return;
    this.waiting = false;
    this.encoder.readDisable(false);
  }

  end(): void {
    this.stats.dec(SLOT.downstream_cx_upgrades_active);
    this.onResponse();
  }
}
