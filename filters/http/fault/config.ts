/** envoy.extensions.filters.http.fault.v3.HTTPFault → FaultSettings, for the filter and for routes. */
import { type Message, milliseconds, refuseOthers } from '../../../src/api/index.ts';
import type { Problems } from '../../../src/base/errors.ts';
import { RuntimeFraction, RuntimeInteger, type RuntimeValues } from '../../../src/base/runtime-values.ts';
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
  'delay_percent_runtime',
  'abort_percent_runtime',
  'delay_duration_runtime',
  'abort_http_status_runtime',
  'abort_grpc_status_runtime',
  'max_active_faults_runtime',
]);
const DELAY = new Set(['fixed_delay', 'header_delay', 'percentage']);
const ABORT = new Set(['http_status', 'grpc_status', 'header_abort', 'percentage', 'response_body']);

/** Denominators by number of the enum: HUNDRED, TEN_THOUSAND, MILLION. */
const DENOMINATORS = [100, 10_000, 1_000_000];

/** Null after a problem. */
export function compileFault(message: Fault, values: RuntimeValues, problems: Problems): FaultSettings | null {
  const before = problems.list.length;
  refuseOthers(message, HONOURED, problems, { response_rate_limit: 'responses are not slowed down' });
  const settings: FaultSettings = Object.freeze({
    delay: message.delay === undefined ? null : compileDelay(message.delay, message, values, problems.at('delay')),
    abort: message.abort === undefined ? null : compileAbort(message.abort, message, values, problems.at('abort')),
    headers: compileHeaderMatchers(message.headers, problems.at('headers')),
    cluster: message.upstreamCluster,
    nodes: message.downstreamNodes.length === 0 ? null : new Set(message.downstreamNodes),
    maxActive: new RuntimeInteger(
      values,
      message.maxActiveFaultsRuntime || 'fault.http.max_active_faults',
      message.maxActiveFaults ?? Number.POSITIVE_INFINITY,
    ),
    values,
  });
  return problems.list.length > before ? null : settings;
}

function compileDelay(message: NonNullable<Fault['delay']>, fault: Fault, values: RuntimeValues, problems: Problems): DelaySettings | null {
  refuseOthers(message, DELAY, problems);
  const { faultDelaySecifier } = message;
  const share = shareOf(message.percentage, fault.delayPercentRuntime || 'fault.http.delay.fixed_delay_percent', values);
  const msKey = fault.delayDurationRuntime || 'fault.http.delay.fixed_duration_ms';
  if (faultDelaySecifier.case === 'fixedDelay') {
    return { byHeader: false, ms: milliseconds(faultDelaySecifier.value), msKey, share };
  }
  if (faultDelaySecifier.case === 'headerDelay') return { byHeader: true, ms: 0, msKey, share };
  problems.add('missing', 'one of fixed_delay, header_delay is required');
  return null;
}

function compileAbort(message: NonNullable<Fault['abort']>, fault: Fault, values: RuntimeValues, problems: Problems): AbortSettings | null {
  refuseOthers(message, ABORT, problems);
  const { errorType } = message;
  const rest = {
    httpKey: fault.abortHttpStatusRuntime || 'fault.http.abort.http_status',
    grpcKey: fault.abortGrpcStatusRuntime || 'fault.http.abort.grpc_status',
    share: shareOf(message.percentage, fault.abortPercentRuntime || 'fault.http.abort.abort_percent', values),
    body: message.responseBody === '' ? 'fault filter abort' : message.responseBody,
  };
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
function shareOf(percentage: Message<'envoy.type.v3.FractionalPercent'> | undefined, key: string, values: RuntimeValues): Share {
  const numerator = percentage?.numerator ?? 0;
  const denominator = DENOMINATORS[percentage?.denominator ?? 0] ?? 100;
  return { fraction: new RuntimeFraction(values, key, numerator, denominator), numerator, denominator };
}
