/**
 * What happens to an upstream fault on its way to the client: Envoy writes the transport's reason into the details, and says
 * `after` where a response had begun. Made on failure paths only.
 */
import { FAULTS, type Fault } from '../http/faults.ts';

const BEFORE = 'upstream_reset_before_response_started';
const AFTER = 'upstream_reset_after_response_started';

const LATEST = ' reset reason: ';

const late = new Map<Fault, Fault>();
for (const fault of Object.values(FAULTS)) {
  if (fault.details.startsWith(BEFORE)) late.set(fault, withDetails(fault, `${AFTER}${fault.details.slice(BEFORE.length)}`));
}

/** The same fault for a stream whose response head was sent. */
export function afterResponseStarted(fault: Fault): Fault {
  return late.get(fault) ?? fault;
}

/**
 * `…{remote_connection_failure}` becomes `…{remote_connection_failure|delayed_connect_error:_Connection_refused}`. Blanks would split
 * the fields of a log line.
 */
export function withTransportReason(fault: Fault, reason: string): Fault {
  if (reason === '' || !fault.details.endsWith('}')) return fault;
  return withDetails(fault, `${fault.details.slice(0, -1)}|${reason.replace(/\s/g, '_')}}`);
}

/** The same fault of an attempt that was not the first. */
export function afterRetry(fault: Fault): Fault {
  if (!fault.body.includes(LATEST)) return fault;
  return Object.freeze({ ...fault, body: fault.body.replace(LATEST, ` retried and the latest${LATEST}`) });
}

function withDetails(fault: Fault, details: string): Fault {
  return Object.freeze({ ...fault, details });
}
