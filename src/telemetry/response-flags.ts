/**
 * Response flags: events of a stream, one bit each (Envoy `source/common/stream_info/utility.h`).
 * Two words would be needed for more than 31; 28 fit.
 */
export const FLAG = {
  FailedLocalHealthCheck: 1 << 0,
  NoHealthyUpstream: 1 << 1,
  UpstreamRequestTimeout: 1 << 2,
  LocalReset: 1 << 3,
  UpstreamRemoteReset: 1 << 4,
  UpstreamConnectionFailure: 1 << 5,
  UpstreamConnectionTermination: 1 << 6,
  UpstreamOverflow: 1 << 7,
  NoRouteFound: 1 << 8,
  DelayInjected: 1 << 9,
  FaultInjected: 1 << 10,
  RateLimited: 1 << 11,
  UnauthorizedExternalService: 1 << 12,
  RateLimitServiceError: 1 << 13,
  DownstreamConnectionTermination: 1 << 14,
  UpstreamRetryLimitExceeded: 1 << 15,
  StreamIdleTimeout: 1 << 16,
  InvalidEnvoyRequestHeaders: 1 << 17,
  DownstreamProtocolError: 1 << 18,
  UpstreamMaxStreamDurationReached: 1 << 19,
  ResponseFromCacheFilter: 1 << 20,
  NoFilterConfigFound: 1 << 21,
  DurationTimeout: 1 << 22,
  UpstreamProtocolError: 1 << 23,
  NoClusterFound: 1 << 24,
  OverloadManagerTerminated: 1 << 25,
  DnsResolutionFailed: 1 << 26,
  DropOverload: 1 << 27,
  DownstreamRemoteReset: 1 << 28,
} as const;

export type FlagName = keyof typeof FLAG;

/** Short forms in the order in which Envoy prints several of them: that in which they happen. */
export const FLAG_SHORT: readonly (readonly [number, string, FlagName])[] = [
  [FLAG.FailedLocalHealthCheck, 'LH', 'FailedLocalHealthCheck'],
  [FLAG.NoHealthyUpstream, 'UH', 'NoHealthyUpstream'],
  [FLAG.UpstreamRetryLimitExceeded, 'URX', 'UpstreamRetryLimitExceeded'],
  [FLAG.UpstreamRequestTimeout, 'UT', 'UpstreamRequestTimeout'],
  [FLAG.LocalReset, 'LR', 'LocalReset'],
  [FLAG.UpstreamRemoteReset, 'UR', 'UpstreamRemoteReset'],
  [FLAG.UpstreamConnectionFailure, 'UF', 'UpstreamConnectionFailure'],
  [FLAG.UpstreamConnectionTermination, 'UC', 'UpstreamConnectionTermination'],
  [FLAG.UpstreamOverflow, 'UO', 'UpstreamOverflow'],
  [FLAG.NoRouteFound, 'NR', 'NoRouteFound'],
  [FLAG.DelayInjected, 'DI', 'DelayInjected'],
  [FLAG.FaultInjected, 'FI', 'FaultInjected'],
  [FLAG.RateLimited, 'RL', 'RateLimited'],
  [FLAG.UnauthorizedExternalService, 'UAEX', 'UnauthorizedExternalService'],
  [FLAG.RateLimitServiceError, 'RLSE', 'RateLimitServiceError'],
  [FLAG.DownstreamConnectionTermination, 'DC', 'DownstreamConnectionTermination'],
  [FLAG.StreamIdleTimeout, 'SI', 'StreamIdleTimeout'],
  [FLAG.InvalidEnvoyRequestHeaders, 'IH', 'InvalidEnvoyRequestHeaders'],
  [FLAG.DownstreamProtocolError, 'DPE', 'DownstreamProtocolError'],
  [FLAG.UpstreamMaxStreamDurationReached, 'UMSDR', 'UpstreamMaxStreamDurationReached'],
  [FLAG.ResponseFromCacheFilter, 'RFCF', 'ResponseFromCacheFilter'],
  [FLAG.NoFilterConfigFound, 'NFCF', 'NoFilterConfigFound'],
  [FLAG.DurationTimeout, 'DT', 'DurationTimeout'],
  [FLAG.UpstreamProtocolError, 'UPE', 'UpstreamProtocolError'],
  [FLAG.NoClusterFound, 'NC', 'NoClusterFound'],
  [FLAG.OverloadManagerTerminated, 'OM', 'OverloadManagerTerminated'],
  [FLAG.DnsResolutionFailed, 'DF', 'DnsResolutionFailed'],
  [FLAG.DropOverload, 'DO', 'DropOverload'],
  [FLAG.DownstreamRemoteReset, 'DR', 'DownstreamRemoteReset'],
];

/** The same for raw TCP, where the failures of attempts are noted before the verdict that there were too many. */
const TCP_SHORT = [
  ...FLAG_SHORT.filter(([, short]) => short !== 'URX'),
  ...FLAG_SHORT.filter(([, short]) => short === 'URX'),
] as typeof FLAG_SHORT;

/** `URX,UF` (HTTP) or `UF,URX` (TCP); `-` when no flag is set. */
export function formatFlags(flags: number, tcp = false): string {
  if (flags === 0) return '-';
  let text = '';
  for (const [bit, short] of tcp ? TCP_SHORT : FLAG_SHORT) if ((flags & bit) !== 0) text = text === '' ? short : `${text},${short}`;
  return text;
}
