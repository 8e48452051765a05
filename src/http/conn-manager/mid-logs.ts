/** Access logs before a stream ends (`access_log_options`): when the request came, when its tunnel stands, and every now and then. */
import { LOG_AT_END, LOG_HTTP_TUNNEL } from '../../telemetry/log-type.ts';
import type { HttpStream } from './stream.ts';

/** `moment`: one of log-type.ts. */
export function logNow(stream: HttpStream, moment: number): void {
  const { info, encoder } = stream;
  const { accessLogs } = stream.settings;
  info.wireBytesReceived = encoder.wireBytesReceived;
  info.wireBytesSent = encoder.wireBytesSent;
  info.logType = moment;
  info.end = stream.dispatcher.timers.now;
  for (let i = 0; i < accessLogs.length; i++) (accessLogs[i] as (typeof accessLogs)[number]).log(stream);
  info.logType = LOG_AT_END;
  if (moment !== LOG_AT_END) info.end = -1;
}

/** The response head is with the client. */
export function logTunnel(stream: HttpStream): void {
  const { requestHeaders, info } = stream;
  const { responseCode } = info;
  if (responseCode === 101 || (requestHeaders.method === 'CONNECT' && responseCode >= 200 && responseCode < 300))
    logNow(stream, LOG_HTTP_TUNNEL);
}
