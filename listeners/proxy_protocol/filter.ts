import { formatAddress } from '../../src/base/address.ts';
import {
  type AcceptedConnection,
  LISTENER_CLOSE,
  LISTENER_CONTINUE,
  LISTENER_NEED_DATA,
  type ListenerFilter,
  type ListenerFilterFactory,
  type ListenerStatus,
} from '../../src/net/listener-filter.ts';
import type { StatGroup } from '../../src/telemetry/stats.ts';
import { FIRST_BYTES, PROXY_ABSENT, PROXY_DENIED, PROXY_DONE, PROXY_MORE, ProxyHeader, type ProxyRules } from './header.ts';
import { LEGACY_STATS, PROXY_STATS, VERSION_STATS } from './stats.ts';

const S = PROXY_STATS.slot;
const V = VERSION_STATS.slot;

export const NAME = 'envoy.filters.listener.proxy_protocol';

export interface ProxyProtocolSettings {
  readonly rules: ProxyRules;
  readonly stats: StatGroup;
  readonly v1Stats: StatGroup;
  readonly v2Stats: StatGroup;
  readonly legacyStats: StatGroup;
}

export class ProxyProtocolFilter implements ListenerFilter {
  readonly name = NAME;
  /** Grows to the length of the header once that is known. */
  maxPeekBytes: number;
  consumed: number;
  private readonly settings: ProxyProtocolSettings;
  private readonly header: ProxyHeader;

  constructor(settings: ProxyProtocolSettings) {
    this.maxPeekBytes = FIRST_BYTES;
    this.consumed = 0;
    this.settings = settings;
    this.header = new ProxyHeader();
  }

  onAccept(): ListenerStatus {
    return LISTENER_NEED_DATA;
  }

  onPeek(accepted: AcceptedConnection, peeked: Buffer): ListenerStatus {
    const { settings, header } = this;
    const status = header.read(peeked, settings.rules);
    switch (status) {
      case PROXY_MORE:
        this.maxPeekBytes = Math.max(FIRST_BYTES, header.length);
        return LISTENER_NEED_DATA;
      case PROXY_ABSENT:
        settings.stats.inc(S.not_found_allowed);
        return LISTENER_CONTINUE;
      case PROXY_DONE:
        this.versionStats().inc(V.found);
        this.restore(accepted);
        this.consumed = header.length;
        return LISTENER_CONTINUE;
      case PROXY_DENIED:
        this.versionStats().inc(V.found);
        this.versionStats().inc(V.disallowed);
        return LISTENER_CLOSE;
    }
    if (header.version === 0) settings.stats.inc(S.not_found_disallowed);
    else this.versionStats().inc(V.error);
    settings.legacyStats.inc(LEGACY_STATS.slot.downstream_cx_proxy_proto_error);
    return LISTENER_CLOSE;
  }

  private restore(accepted: AcceptedConnection): void {
    const { source, destination } = this.header;
    if (source === null || destination === null) return;
    accepted.remoteAddress = source;
    if (formatAddress(destination) === formatAddress(accepted.localAddress)) return;
    accepted.localAddress = destination;
    accepted.localAddressRestored = true;
  }

  private versionStats(): StatGroup {
    return this.header.version === 1 ? this.settings.v1Stats : this.settings.v2Stats;
  }
}

export class ProxyProtocolFactory implements ListenerFilterFactory {
  readonly name = NAME;
  readonly settings: ProxyProtocolSettings;

  constructor(settings: ProxyProtocolSettings) {
    this.settings = settings;
  }

  create(): ListenerFilter {
    return new ProxyProtocolFilter(this.settings);
  }
}
