/** A route as `Route` describes it, with the match that leads to it. Frozen in all but name: nothing writes after the compile. */

import { isGrpc } from '../grpc.ts';
import type { Field, Headers } from '../headers.ts';
import type { HeaderMutations, Route, RouteAction, VirtualHost } from '../route.ts';
import type { HeaderTest } from './header-match.ts';
import { PATH_CONNECT, type PathTest } from './path-match.ts';
import type { QueryTest } from './query-match.ts';

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
  }
}

/** Everything that a RouteMatch asks of a request. */
export class RequestTest {
  readonly path: PathTest;
  private readonly connect: boolean;
  private readonly headers: readonly HeaderTest[];
  private readonly query: readonly QueryTest[];
  private readonly grpc: boolean;
  /** A request takes the route when `random % denominator < numerator`. */
  private readonly numerator: number;
  private readonly denominator: number;

  constructor(
    path: PathTest,
    headers: readonly HeaderTest[],
    query: readonly QueryTest[],
    grpc: boolean,
    numerator: number,
    denominator: number,
  ) {
    this.path = path;
    this.connect = path.kind === PATH_CONNECT;
    this.headers = headers;
    this.query = query;
    this.grpc = grpc;
    this.numerator = numerator;
    this.denominator = denominator;
  }

  matches(headers: Headers, end: number, random: number): boolean {
    if (this.connect) {
      if (headers.method !== 'CONNECT') return false;
    } else if (headers.path === '' || !this.path.matches(headers.path, end)) {
      return false;
    }
    if (this.denominator !== 0 && random % this.denominator >= this.numerator) return false;
    if (this.grpc && !isGrpc(headers)) return false;
    for (let i = 0; i < this.headers.length; i++) if (!(this.headers[i] as HeaderTest).matches(headers)) return false;
    for (let i = 0; i < this.query.length; i++) if (!(this.query[i] as QueryTest).matches(headers.path)) return false;
    return true;
  }
}

/** A match and where it leads: one route, or one of several by weight (each with its own mutations and settings). */
export class RouteRule {
  private readonly test: RequestTest;
  private readonly routes: readonly CompiledRoute[];
  /** Sum of the weights up to and including each of `routes`; empty for one route. */
  private readonly bounds: readonly number[];

  constructor(test: RequestTest, routes: readonly CompiledRoute[], bounds: readonly number[]) {
    this.test = test;
    this.routes = routes;
    this.bounds = bounds;
  }

  /** Null when the request does not match. */
  pick(headers: Headers, end: number, random: number): CompiledRoute | null {
    if (!this.test.matches(headers, end, random)) return null;
    const bounds = this.bounds;
    if (bounds.length === 0) return this.routes[0] as CompiledRoute;
    const ticket = random % (bounds[bounds.length - 1] as number);
    let i = 0;
    while (ticket >= (bounds[i] as number)) i++;
    return this.routes[i] as CompiledRoute;
  }
}
