/**
 * Response flags: events of a stream, one bit each (Envoy `source/common/stream_info/utility.h`).
 * Two words would be needed for more than 31; 30 fit.
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
  UnconditionalDropOverload: 1 << 29,
} as const;

export type FlagName = keyof typeof FLAG;

/** Short forms, in the order in which flags are printed that came at once. */
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
  [FLAG.UnconditionalDropOverload, 'UDO', 'UnconditionalDropOverload'],
];

const FIVE_BITS = 32;

/** Flags that can be told in their order; the numbers of more would not be exact. */
const MOST_ORDERED = FIVE_BITS ** 10;

/** `order` with the flags of `added` behind: five bits for each, the first one highest. */
export function orderFlags(order: number, added: number): number {
  let all = order;
  for (let i = 0; i < FLAG_SHORT.length && all < MOST_ORDERED / FIVE_BITS; i++) {
    if (((FLAG_SHORT[i] as (typeof FLAG_SHORT)[number])[0] & added) !== 0) all = all * FIVE_BITS + i + 1;
  }
  return all;
}

/** `URX,UF`, or long `UpstreamRetryLimitExceeded,UpstreamConnectionFailure`: in the order in which they came; `-` when no flag is set. */
export function formatFlags(flags: number, order = 0, long = false): string {
  if (flags === 0) return '-';
  const name = long ? 2 : 1;
  let text = '';
  let told = 0;
  for (let rest = order; rest > 0; rest = Math.floor(rest / FIVE_BITS)) {
    const row = FLAG_SHORT[(rest % FIVE_BITS) - 1] as (typeof FLAG_SHORT)[number];
    text = text === '' ? row[name] : `${row[name]},${text}`;
    told |= row[0];
  }
  for (const row of FLAG_SHORT) if ((flags & row[0] & ~told) !== 0) text = text === '' ? row[name] : `${text},${row[name]}`;
  return text;
}
