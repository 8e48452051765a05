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
import { ClientHelloReader, HELLO_MORE, HELLO_NOT_TLS, HELLO_REFUSED } from './client-hello.ts';
import { TLS_INSPECTOR_STATS } from './stats.ts';

const S = TLS_INSPECTOR_STATS.slot;
const BYTES_PROCESSED = TLS_INSPECTOR_STATS.histogram.bytes_processed;

export const NAME = 'envoy.filters.listener.tls_inspector';

export interface TlsInspectorSettings {
  /** Bytes of a client hello with its record headers; an unfinished one of that size is too large. */
  readonly maxHelloBytes: number;
  /** What is no hello is closed instead of being taken for plain text. */
  readonly closeOnErrors: boolean;
  readonly stats: StatGroup;
}

export class TlsInspector implements ListenerFilter {
  readonly name = NAME;
  readonly maxPeekBytes: number;
  readonly consumed = 0;
  private readonly settings: TlsInspectorSettings;
  private readonly reader: ClientHelloReader;

  constructor(settings: TlsInspectorSettings) {
    this.maxPeekBytes = settings.maxHelloBytes;
    this.settings = settings;
    this.reader = new ClientHelloReader();
  }

  onAccept(): ListenerStatus {
    return LISTENER_NEED_DATA;
  }

  onPeek(accepted: AcceptedConnection, peeked: Buffer): ListenerStatus {
    const reader = this.reader;
    const { stats, maxHelloBytes, closeOnErrors } = this.settings;
    const full = peeked.length >= maxHelloBytes;
    const status = reader.read(full ? peeked.subarray(0, maxHelloBytes) : peeked);
    if (status === HELLO_MORE && !full) return LISTENER_NEED_DATA;
    stats.record(BYTES_PROCESSED, reader.consumed);
    if (status === HELLO_MORE) {
      stats.inc(S.client_hello_too_large);
      return LISTENER_CLOSE;
    }
    if (reader.complete) stats.inc(reader.serverName === '' ? S.sni_not_found : S.sni_found);
    if (status === HELLO_NOT_TLS || (status === HELLO_REFUSED && reader.complete)) stats.inc(S.tls_not_found);
    if (status === HELLO_REFUSED) return LISTENER_CLOSE;
    if (status === HELLO_NOT_TLS) return closeOnErrors ? LISTENER_CLOSE : LISTENER_CONTINUE;
    stats.inc(S.tls_found);
    stats.inc(reader.alpn.length === 0 ? S.alpn_not_found : S.alpn_found);
    accepted.transportProtocol = 'tls';
    accepted.serverName = reader.serverName;
    if (reader.alpn.length > 0) accepted.applicationProtocols = reader.alpn;
    return LISTENER_CONTINUE;
  }
}

export class TlsInspectorFactory implements ListenerFilterFactory {
  readonly name = NAME;
  readonly settings: TlsInspectorSettings;

  constructor(settings: TlsInspectorSettings) {
    this.settings = settings;
  }

  create(): ListenerFilter {
    return new TlsInspector(this.settings);
  }
}
