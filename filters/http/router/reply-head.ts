/** The router's own answers, and what it adds to their heads. */
import { FAULTS } from '../../../src/http/faults.ts';
import type { FilterStream } from '../../../src/http/filter.ts';
import type { Field, Headers } from '../../../src/http/headers.ts';
import type { DirectResponseEntry, HeaderMutations, RedirectEntry, Route } from '../../../src/http/route.ts';
import type { StreamInfo } from '../../../src/telemetry/stream-info.ts';
import { ATTEMPTS, LOCATION, OVERLOADED } from './settings.ts';

/** Made when one is needed. */
export class ReplyHead implements HeaderMutations {
  private readonly route: Route;
  /** `location`, '' for none. */
  private readonly location: string;
  /** The answer is because of an open circuit breaker. */
  private readonly overloaded: boolean;
  private readonly request: Headers;
  /** Of the body; null: as ever. */
  private readonly contentType: Field | null;

  constructor(route: Route, location: string, overloaded: boolean, request: Headers, contentType: Field | null = null) {
    this.route = route;
    this.location = location;
    this.overloaded = overloaded;
    this.request = request;
    this.contentType = contentType;
  }

  apply(headers: Headers, info: StreamInfo): void {
    if (this.location !== '') headers.add(LOCATION, this.location);
    if (this.contentType !== null) headers.setField(this.contentType);
    const { responseMutations, virtualHost } = this.route;
    if (responseMutations !== null) responseMutations.apply(headers, info, this.request);
    if (this.overloaded) headers.setField(OVERLOADED);
    if (info.attempts > 0 && virtualHost.includeAttemptCountInResponse === true) headers.set(ATTEMPTS, String(info.attempts));
  }
}

/** A reply that the route itself holds. */
export function answerDirectly(stream: FilterStream, headers: Headers, route: Route, action: RedirectEntry | DirectResponseEntry): void {
  const { info } = stream;
  if (action.kind === 'redirect') {
    const head = new ReplyHead(route, action.location(headers, info), false, headers);
    stream.sendLocalReply(action.status, '', FAULTS.DIRECT_RESPONSE, head);
    return;
  }
  const { format = null, status } = action;
  const head = new ReplyHead(route, locationOf(status, headers), false, headers, format === null ? null : format.contentType);
  const body = format === null ? action.body : format.body(headers, info);
  stream.sendLocalReply(status, body, FAULTS.DIRECT_RESPONSE, head);
}

/** Envoy names the request's own URL in a direct response of 201 or 3xx. */
function locationOf(status: number, headers: Headers): string {
  return status === 201 || (status >= 300 && status < 400) ? `${headers.scheme}://${headers.authority}${headers.path}` : '';
}
