/** A route as `Route` describes it, with the match that leads to it. Frozen in all but name: nothing writes after the compile. */

import type { RuntimeBounds, RuntimeFraction } from '../../base/runtime-values.ts';
import type { StreamInfo } from '../../telemetry/stream-info.ts';
import { isGrpc } from '../grpc.ts';
import type { Field, Headers } from '../headers.ts';
import type { HeaderMutations, Route, RouteAction, RouteCounts, VirtualHost } from '../route.ts';
import type { CookieTest } from './cookie.ts';
import type { HeaderTest } from './header-match.ts';
import { PATH_CONNECT, PATH_TEMPLATE, type PathTest, pathEnd } from './path-match.ts';
import type { QueryTest } from './query-match.ts';
import type { StreamTest } from './stream-match.ts';

export class CompiledRoute implements Route {
  readonly name: string;
  readonly virtualHost: VirtualHost;
  readonly action: RouteAction;
  readonly filterSettings: readonly unknown[];
  readonly enabledFilters: number;
  readonly disabledFilters: number;
  readonly requestMutations: HeaderMutations | null;
  readonly responseMutations: HeaderMutations | null;
  readonly decorator: Field | null;
  readonly metadata: object | null;
  readonly counts: RouteCounts | null;

  constructor(
    name: string,
    virtualHost: VirtualHost,
    action: RouteAction,
    filterSettings: readonly unknown[],
    enabledFilters: number,
    disabledFilters: number,
    requestMutations: HeaderMutations | null,
    responseMutations: HeaderMutations | null,
    decorator: Field | null,
    metadata: object | null,
    counts: RouteCounts | null,
  ) {
    this.name = name;
    this.virtualHost = virtualHost;
    this.action = action;
    this.filterSettings = filterSettings;
    this.enabledFilters = enabledFilters;
    this.disabledFilters = disabledFilters;
    this.requestMutations = requestMutations;
    this.responseMutations = responseMutations;
    this.decorator = decorator;
    this.metadata = metadata;
    this.counts = counts;
  }
}

/** Everything that a RouteMatch asks of a request. */
export class RequestTest {
  readonly path: PathTest;
  private readonly connect: boolean;
  private readonly template: boolean;
  private readonly headers: readonly HeaderTest[];
  private readonly query: readonly QueryTest[];
  private readonly cookies: readonly CookieTest[];
  private readonly stream: readonly StreamTest[];
  private readonly grpc: boolean;
  /** Null: every request. */
  private readonly fraction: RuntimeFraction | null;

  constructor(
    path: PathTest,
    headers: readonly HeaderTest[],
    query: readonly QueryTest[],
    cookies: readonly CookieTest[],
    stream: readonly StreamTest[],
    grpc: boolean,
    fraction: RuntimeFraction | null,
  ) {
    this.path = path;
    this.connect = path.kind === PATH_CONNECT;
    this.template = path.kind === PATH_TEMPLATE;
    this.headers = headers;
    this.query = query;
    this.cookies = cookies;
    this.stream = stream;
    this.grpc = grpc;
    this.fraction = fraction;
  }

  /** `path`: up to `end` the request's path as matchers see it. */
  matches(headers: Headers, info: StreamInfo, path: string, end: number, random: number): boolean {
    if (this.connect) {
      if (headers.method !== 'CONNECT') return false;
    } else if (headers.path === '') return false;
    else if (this.template) {
      if (!this.path.matches(headers.path, pathEnd(headers.path))) return false;
    } else if (!this.path.matches(path, end)) return false;
    if (this.fraction !== null && !this.fraction.holds(random)) return false;
    if (this.grpc && !isGrpc(headers)) return false;
    for (let i = 0; i < this.headers.length; i++) if (!(this.headers[i] as HeaderTest).matches(headers)) return false;
    for (let i = 0; i < this.query.length; i++) if (!(this.query[i] as QueryTest).matches(headers.path)) return false;
    for (let i = 0; i < this.cookies.length; i++) if (!(this.cookies[i] as CookieTest).matches(headers)) return false;
    for (let i = 0; i < this.stream.length; i++) if (!(this.stream[i] as StreamTest).matches(info)) return false;
    return true;
  }
}

/** Chooses between weights by something that the request says. */
export interface TicketSource {
  /** In [0, sum), or -1 when the request says nothing. */
  ticket(headers: Headers, info: StreamInfo, sum: number): number;
}

/** A match and where it leads: one route, or one of several by weight (each with its own mutations and settings). */
export class RouteRule {
  private readonly test: RequestTest;
  private readonly routes: readonly CompiledRoute[];
  /** Sum of the weights up to and including each of `routes`; empty for one route. */
  private readonly bounds: readonly number[];
  /** Where the ticket comes from; null: by chance. */
  private readonly tickets: TicketSource | null;
  /** In place of `bounds` where weights may change; null where they stay. */
  private readonly weights: RuntimeBounds | null;

  constructor(
    test: RequestTest,
    routes: readonly CompiledRoute[],
    bounds: readonly number[],
    tickets: TicketSource | null = null,
    weights: RuntimeBounds | null = null,
  ) {
    this.test = test;
    this.routes = routes;
    this.bounds = bounds;
    this.tickets = tickets;
    this.weights = weights;
  }

  get path(): PathTest {
    return this.test.path;
  }

  /** Null when the request does not match. */
  pick(headers: Headers, info: StreamInfo, path: string, end: number, random: number): CompiledRoute | null {
    if (!this.test.matches(headers, info, path, end, random)) return null;
    const bounds = this.weights === null ? this.bounds : this.weights.read();
    if (bounds.length === 0) return this.routes[0] as CompiledRoute;
    const sum = bounds[bounds.length - 1] as number;
    // As in Envoy: where nothing weighs anything there is no route.
    if (sum === 0) return null;
    let ticket = this.tickets === null ? -1 : this.tickets.ticket(headers, info, sum);
    if (ticket < 0) ticket = random % sum;
    let i = 0;
    while (ticket >= (bounds[i] as number)) i++;
    return this.routes[i] as CompiledRoute;
  }
}
