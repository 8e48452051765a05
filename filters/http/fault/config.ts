/** envoy.extensions.filters.http.fault.v3.HTTPFault → FaultSettings, for the filter and for routes. */
import { type Message, milliseconds, refuseOthers } from '../../../src/api/index.ts';
import type { Problems } from '../../../src/base/errors.ts';
import { compileHeaderMatchers } from '../../../src/http/routing/header-match.ts';
import type { AbortSettings, DelaySettings, FaultSettings, Share } from './settings.ts';

type Fault = Message<'envoy.extensions.filters.http.fault.v3.HTTPFault'>;

const HONOURED = new Set([
  'delay',
  'abort',
  'upstream_cluster',
  'headers',
  'downstream_nodes',
  'max_active_faults',
  'disable_downstream_cluster_stats',
]);
const DELAY = new Set(['fixed_delay', 'header_delay', 'percentage']);
const ABORT = new Set(['http_status', 'grpc_status', 'header_abort', 'percentage', 'response_body']);

/** Denominators by number of the enum: HUNDRED, TEN_THOUSAND, MILLION. */
const DENOMINATORS = [100, 10_000, 1_000_000];

/** Null after a problem. */
export function compileFault(message: Fault, problems: Problems): FaultSettings | null {
  const before = problems.list.length;
  refuseOthers(message, HONOURED, problems, { response_rate_limit: 'responses are not slowed down' });
  const settings: FaultSettings = Object.freeze({
    delay: message.delay === undefined ? null : compileDelay(message.delay, problems.at('delay')),
    abort: message.abort === undefined ? null : compileAbort(message.abort, problems.at('abort')),
    headers: compileHeaderMatchers(message.headers, problems.at('headers')),
    cluster: message.upstreamCluster,
    nodes: message.downstreamNodes.length === 0 ? null : new Set(message.downstreamNodes),
    maxActive: message.maxActiveFaults ?? Number.POSITIVE_INFINITY,
  });
  return problems.list.length > before ? null : settings;
}

function compileDelay(message: NonNullable<Fault['delay']>, problems: Problems): DelaySettings | null {
  refuseOthers(message, DELAY, problems);
  const { faultDelaySecifier } = message;
  const share = shareOf(message.percentage);
  if (faultDelaySecifier.case === 'fixedDelay') return { ms: milliseconds(faultDelaySecifier.value), share };
  if (faultDelaySecifier.case === 'headerDelay') return { ms: -1, share };
  problems.add('missing', 'one of fixed_delay, header_delay is required');
  return null;
}

function compileAbort(message: NonNullable<Fault['abort']>, problems: Problems): AbortSettings | null {
  refuseOthers(message, ABORT, problems);
  const { errorType } = message;
  const rest = { share: shareOf(message.percentage), body: message.responseBody === '' ? 'fault filter abort' : message.responseBody };
  switch (errorType.case) {
    case 'httpStatus':
      return { http: errorType.value, grpc: -1, byHeader: false, ...rest };
    case 'grpcStatus':
      return { http: 0, grpc: errorType.value, byHeader: false, ...rest };
    case 'headerAbort':
      return { http: 0, grpc: -1, byHeader: true, ...rest };
    default:
      problems.add('missing', 'one of http_status, grpc_status, header_abort is required');
      return null;
  }
}

/** No percentage is zero percent, as in Envoy. */
function shareOf(percentage: Message<'envoy.type.v3.FractionalPercent'> | undefined): Share {
  return { numerator: percentage?.numerator ?? 0, denominator: DENOMINATORS[percentage?.denominator ?? 0] ?? 100 };
}
