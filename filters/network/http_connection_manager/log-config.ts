/** `access_log_options`, and the two older fields that say the same. */
import { type Message, milliseconds, refuseOthers } from '../../../src/api/index.ts';
import type { Problems } from '../../../src/base/errors.ts';

type Manager = Message<'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'>;

const OPTIONS = new Set(['access_log_flush_interval', 'flush_access_log_on_new_request', 'flush_log_on_tunnel_successfully_established']);

/** When logs are written besides at the end of a stream. */
export interface LogMoments {
  readonly onRequest: boolean;
  readonly onTunnel: boolean;
  /** Milliseconds between entries; 0: none. */
  readonly everyMs: number;
}

/** Where both ways are taken, the options count. */
export function compileLogMoments(message: Manager, problems: Problems): LogMoments {
  const options = message.accessLogOptions;
  if (options !== undefined) refuseOthers(options, OPTIONS, problems.at('access_log_options'));
  const from = options ?? message;
  const any = message.accessLog.length > 0;
  return {
    onRequest: any && from.flushAccessLogOnNewRequest,
    onTunnel: any && (options?.flushLogOnTunnelSuccessfullyEstablished ?? false),
    everyMs: any ? (milliseconds(from.accessLogFlushInterval) ?? 0) : 0,
  };
}
