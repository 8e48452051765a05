/** A log entry put together by hand, for tests of formats, log filters and sinks. */
import { ipAddress } from '../../src/base/address.ts';
import type { HeaderKey, HeaderView, LogEntry } from '../../src/telemetry/access-log.ts';
import type { FormatNames } from '../../src/telemetry/format/kind.ts';
import { type DownstreamInfo, StreamInfo } from '../../src/telemetry/stream-info.ts';

/** Header names as keys, an environment of one variable. */
export const formatNames: FormatNames = {
  header: (name) => ({ text: name.toLowerCase() }),
  environment: (name) => ({ HOME: '/root' })[name],
};

export function headerView(fields: Readonly<Record<string, string>>): HeaderView {
  const bytes = Object.entries(fields).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  return { get: (name: HeaderKey) => fields[name.text], byteSize: () => bytes };
}

export interface EntryParts {
  readonly downstream?: Partial<DownstreamInfo>;
  readonly info?: Partial<StreamInfo>;
  readonly request?: Readonly<Record<string, string>> | null;
  readonly response?: Readonly<Record<string, string>> | null;
  readonly trailers?: Readonly<Record<string, string>>;
  readonly localReplyBody?: string;
}

/** An HTTP request of 127.0.0.1:50000 to 127.0.0.1:15001 that took 12.5 ms and was answered by 10.0.0.2:8080. */
export function logEntry(parts: EntryParts = {}): LogEntry {
  const downstream: DownstreamInfo = {
    connectionId: 7,
    localAddress: ipAddress('127.0.0.1', 15001),
    directRemoteAddress: ipAddress('127.0.0.1', 50000),
    tls: null,
    serverName: '',
    listenerName: 'outbound',
    filterChainName: '',
    ...parts.downstream,
  };
  const info = new StreamInfo(downstream, 1000, Date.UTC(2026, 10, 21, 10, 20, 30, 456));
  info.protocol = 'HTTP/1.1';
  info.requestId = 'id-1';
  info.responseCode = 200;
  info.responseCodeDetails = 'via_upstream';
  info.bytesReceived = 3;
  info.bytesSent = 1024;
  info.requestComplete = 1000.2;
  info.upstreamRequestStart = 1001;
  info.upstreamRequestEnd = 1001.5;
  info.upstreamResponseStart = 1011;
  info.upstreamResponseEnd = 1012;
  info.responseStart = 1011.5;
  info.end = 1012.5;
  info.routeName = 'default';
  info.upstreamCluster = 'app';
  info.upstreamClusterStatName = 'app_alt';
  info.upstreamHost = ipAddress('10.0.0.2', 8080);
  info.upstreamLocalAddress = ipAddress('10.0.0.1', 41000);
  info.upstreamProtocol = 'HTTP/1.1';
  info.upstreamConnectionId = 9;
  info.attempts = 1;
  Object.assign(info, parts.info);
  const request = parts.request === undefined ? { ':method': 'GET', ':path': '/a?b=c', ':authority': 'example.com' } : parts.request;
  const response = parts.response === undefined ? { ':status': '200', 'x-envoy-upstream-service-time': '10' } : parts.response;
  return {
    info,
    requestHeaders: request === null ? null : headerView(request),
    responseHeaders: response === null ? null : headerView(response),
    responseTrailers: parts.trailers === undefined ? null : headerView(parts.trailers),
    localReplyBody: parts.localReplyBody ?? '',
  };
}
