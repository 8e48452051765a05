/** `proxy-status` of answers that tell what went wrong here (RFC 9209), as Envoy 1.40 fills it: `name; error=…; details="…"`. */
import { FLAG, formatFlags } from '../../telemetry/response-flags.ts';
import type { StreamInfo } from '../../telemetry/stream-info.ts';
import { pinName } from '../header-name.ts';
import type { Headers } from '../headers.ts';

const PROXY_STATUS = pinName('proxy-status');

/** Flags, the error that they stand for (RFC 9209 §2.3), and its recommended status; the first that fits counts. */
const ERRORS: readonly (readonly [number, string, number])[] = [
  [FLAG.NoHealthyUpstream, 'destination_unavailable', 503],
  [FLAG.UpstreamRequestTimeout, 'http_response_timeout', 504],
  [FLAG.LocalReset, 'connection_timeout', 504],
  [FLAG.UpstreamRemoteReset, 'connection_terminated', 502],
  [FLAG.UpstreamConnectionFailure, 'connection_refused', 502],
  [FLAG.UpstreamConnectionTermination, 'connection_terminated', 502],
  [FLAG.UpstreamOverflow, 'connection_limit_reached', 503],
  [FLAG.NoRouteFound, 'destination_not_found', 500],
  [FLAG.UpstreamRetryLimitExceeded, 'destination_unavailable', 503],
  [FLAG.StreamIdleTimeout, 'http_response_timeout', 504],
  [FLAG.UpstreamProtocolError, 'http_protocol_error', 502],
  [FLAG.NoClusterFound, 'destination_unavailable', 503],
];

/** Characters that end a string of RFC 8941 §3.3.3, or escape. */
const QUOTED = /["\\]/;

export interface ProxyStatusSettings {
  /** Of this proxy, in front. */
  readonly name: string;
  readonly details: boolean;
  readonly terminationDetails: boolean;
  readonly flags: boolean;
  /** The status of the answer becomes the recommended one. */
  readonly recommendedStatus: boolean;
}

export class ProxyStatus {
  private readonly settings: ProxyStatusSettings;

  constructor(settings: ProxyStatusSettings) {
    this.settings = settings;
  }

  /** Nothing happens to answers that nothing went wrong for. */
  apply(headers: Headers, info: StreamInfo): void {
    const error = errorOf(info.flags);
    if (error === null) return;
    const settings = this.settings;
    let value = `${settings.name}; error=${error[1]}`;
    if (settings.details) {
      let details = info.responseCodeDetails;
      if (settings.terminationDetails && info.connectionTerminationDetails !== '') details += `; ${info.connectionTerminationDetails}`;
      if (settings.flags) details += `; ${formatFlags(info.flags, info.flagOrder)}`;
      value += `; details="${QUOTED.test(details) ? details.replaceAll(/["\\]/g, '\\$&') : details}"`;
    }
    const before = headers.get(PROXY_STATUS);
    headers.set(PROXY_STATUS, before === undefined ? value : `${before}, ${value}`);
    if (settings.recommendedStatus) headers.status = error[2];
  }
}

function errorOf(flags: number): (typeof ERRORS)[number] | null {
  if (flags === 0) return null;
  for (let i = 0; i < ERRORS.length; i++) {
    const error = ERRORS[i] as (typeof ERRORS)[number];
    if ((flags & error[0]) !== 0) return error;
  }
  return null;
}
