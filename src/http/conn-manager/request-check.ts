/** What no filter may see of a request head (Envoy 1.40 `ActiveStream::decodeHeaders`). */
import { type OverloadShares, strikes } from '../../base/overload.ts';
import type { StatGroup } from '../../telemetry/stats.ts';
import { FAULTS, type Fault } from '../faults.ts';
import type { Headers } from '../headers.ts';
import { CONNECTION_MANAGER_STATS } from './stats.ts';

const SLOT = CONNECTION_MANAGER_STATS.slot;

/** Null, or why the request is answered at once. */
export function unacceptable(headers: Headers, stats: StatGroup, overload: OverloadShares): Fault | null {
  if (strikes(overload.stopRequests)) {
    stats.inc(SLOT.downstream_rq_overload_close);
    return FAULTS.OVERLOADED;
  }
  if (headers.authority === '') return FAULTS.MISSING_HOST;
  const { path } = headers;
  if (path !== '' && path.charCodeAt(0) !== 47) {
    stats.inc(SLOT.downstream_rq_non_relative_path);
    return FAULTS.ABSOLUTE_PATH;
  }
  if (path.includes('#')) {
    stats.inc(SLOT.downstream_rq_failed_path_normalization);
    return FAULTS.PATH_NORMALIZATION_FAILED;
  }
  return null;
}
