/** At which moment of a stream a log line is written: numbers and names of envoy.data.accesslog.v3.AccessLogType. */
import type { LogEntry } from './access-log.ts';

export const LOG_AT_END = 0;
export const LOG_TCP_CONNECTED = 1;
export const LOG_TCP_PERIODIC = 2;
export const LOG_TCP_END = 3;
export const LOG_HTTP_START = 4;
export const LOG_HTTP_PERIODIC = 5;
export const LOG_HTTP_END = 6;
export const LOG_HTTP_TUNNEL = 10;
export const LOG_TCP_START = 14;

const NAMES: Readonly<Record<number, string>> = {
  [LOG_TCP_CONNECTED]: 'TcpUpstreamConnected',
  [LOG_TCP_PERIODIC]: 'TcpPeriodic',
  [LOG_TCP_END]: 'TcpConnectionEnd',
  [LOG_HTTP_START]: 'DownstreamStart',
  [LOG_HTTP_PERIODIC]: 'DownstreamPeriodic',
  [LOG_HTTP_END]: 'DownstreamEnd',
  [LOG_HTTP_TUNNEL]: 'DownstreamTunnelSuccessfullyEstablished',
  [LOG_TCP_START]: 'TcpConnectionStart',
};

/** One of the numbers above, never LOG_AT_END. */
export function logTypeOf(entry: LogEntry): number {
  const { logType, protocol } = entry.info;
  if (logType !== LOG_AT_END) return logType;
  return entry.requestHeaders === null && protocol === '' ? LOG_TCP_END : LOG_HTTP_END;
}

/** As `%ACCESS_LOG_TYPE%` prints it. */
export function logTypeName(entry: LogEntry): string {
  return NAMES[logTypeOf(entry)] ?? 'NotSet';
}
