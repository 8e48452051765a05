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
import { LINE_HTTP2, LINE_HTTP10, LINE_HTTP11, LINE_MORE, LINE_NOT_HTTP, type LineStatus, readLine } from './request-line.ts';
import { HTTP_INSPECTOR_STATS } from './stats.ts';

const S = HTTP_INSPECTOR_STATS.slot;

export const NAME = 'envoy.filters.listener.http_inspector';
/** A first line that is not over by then is closed. */
export const MAX_LINE_BYTES = 65_536;

const HTTP10: readonly string[] = ['http/1.0'];
const HTTP11: readonly string[] = ['http/1.1'];
const H2C: readonly string[] = ['h2c'];

/** Keeps nothing of a connection, so one object serves them all. */
export class HttpInspector implements ListenerFilter {
  readonly name = NAME;
  readonly maxPeekBytes = MAX_LINE_BYTES;
  readonly consumed = 0;
  private readonly stats: StatGroup;

  constructor(stats: StatGroup) {
    this.stats = stats;
  }

  onAccept({ transportProtocol }: AcceptedConnection): ListenerStatus {
    return transportProtocol === '' || transportProtocol === 'raw_buffer' ? LISTENER_NEED_DATA : LISTENER_CONTINUE;
  }

  onPeek(accepted: AcceptedConnection, peeked: Buffer): ListenerStatus {
    const full = peeked.length >= MAX_LINE_BYTES;
    const status = readLine(full ? peeked.subarray(0, MAX_LINE_BYTES) : peeked);
    if (status === LINE_MORE) {
      if (!full) return LISTENER_NEED_DATA;
      this.stats.inc(S.read_error);
      return LISTENER_CLOSE;
    }
    this.found(accepted, status);
    return LISTENER_CONTINUE;
  }

  private found(accepted: AcceptedConnection, status: LineStatus): void {
    const { stats } = this;
    switch (status) {
      case LINE_HTTP11:
        stats.inc(S.http11_found);
        accepted.applicationProtocols = HTTP11;
        return;
      case LINE_HTTP2:
        stats.inc(S.http2_found);
        accepted.applicationProtocols = H2C;
        return;
      case LINE_HTTP10:
        stats.inc(S.http10_found);
        accepted.applicationProtocols = HTTP10;
        return;
      case LINE_NOT_HTTP:
        stats.inc(S.http_not_found);
    }
  }
}

export class HttpInspectorFactory implements ListenerFilterFactory {
  readonly name = NAME;
  private readonly filter: HttpInspector;

  constructor(stats: StatGroup) {
    this.filter = new HttpInspector(stats);
  }

  create(): ListenerFilter {
    return this.filter;
  }
}
