/** The router's own answers, and what it adds to their heads. */
import { FAULTS } from '../../../src/http/faults.ts';
import type { FilterStream } from '../../../src/http/filter.ts';
import type { Headers } from '../../../src/http/headers.ts';
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

  constructor(route: Route, location: string, overloaded: boolean, request: Headers) {
    this.route = route;
    this.location = location;
    this.overloaded = overloaded;
    this.request = request;
  }

  apply(headers: Headers, info: StreamInfo): void {
    if (this.location !== '') headers.add(LOCATION, this.location);
    const { responseMutations, virtualHost } = this.route;
    if (responseMutations !== null) responseMutations.apply(headers, info, this.request);
    if (this.overloaded) headers.setField(OVERLOADED);
    if (info.attempts > 0 && virtualHost.includeAttemptCountInResponse === true) headers.set(ATTEMPTS, String(info.attempts));
  }
}

/** A reply that the route itself holds. */
export function answerDirectly(stream: FilterStream, headers: Headers, route: Route, action: RedirectEntry | DirectResponseEntry): void {
  const redirect = action.kind === 'redirect';
  const location = redirect ? action.location(headers) : locationOf(action.status, headers);
  stream.sendLocalReply(action.status, redirect ? '' : action.body, FAULTS.DIRECT_RESPONSE, new ReplyHead(route, location, false, headers));
}

/** Envoy names the request's own URL in a direct response of 201 or 3xx. */
function locationOf(status: number, headers: Headers): string {
  return status === 201 || (status >= 300 && status < 400) ? `${headers.scheme}://${headers.authority}${headers.path}` : '';
}
