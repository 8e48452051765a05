/** What clusters count of gRPC calls: `cluster.<name>.<protocol>.<service>.<method>.…` (Envoy 1.40 `source/common/grpc/context_impl.cc`). */
import { GRPC_STATUS } from '../../../src/http/header-name.ts';
import type { Headers } from '../../../src/http/headers.ts';
import type { Route } from '../../../src/http/route.ts';
import type { DynamicCounter, StatGroup } from '../../../src/telemetry/stats.ts';
import type { Cluster } from '../../../src/upstream/cluster.ts';

/** Methods of one cluster that get counters of their own: who calls decides on the names. Others count without one. */
const MOST_METHODS = 1000;
/** Statuses that the protocol knows; what else an upstream sends is counted under the first few numbers. */
const MOST_STATUSES = 32;

/** Service and method of a request's path. */
export interface MethodName {
  readonly service: string;
  readonly method: string;
}

/** Null when the path has not exactly two parts. */
export function methodOf(path: string): MethodName | null {
  let end = path.indexOf('?');
  if (end < 0) end = path.length;
  const parts = path.slice(0, end).split('/').filter(Boolean);
  return parts.length === 2 ? { service: parts[0] as string, method: parts[1] as string } : null;
}

/** The cluster that a request goes to as things stand; null when there is none. */
export function clusterOf(route: Route | null, headers: Headers): Cluster | null {
  if (route === null || route.action.kind !== 'route') return null;
  return route.action.pickCluster(headers, 0).current as Cluster | null;
}

/** Counters of one method, or of all that have none of their own. Each is made when it first counts. */
export class MethodStats {
  /** `<protocol>.<service>.<method>.` or `<protocol>.`. */
  readonly prefix: string;
  private readonly group: StatGroup;
  private readonly statuses: Map<string, DynamicCounter>;
  private total: DynamicCounter | null;
  private success: DynamicCounter | null;
  private failure: DynamicCounter | null;
  private requests: DynamicCounter | null;
  private responses: DynamicCounter | null;

  constructor(group: StatGroup, prefix: string) {
    this.prefix = prefix;
    this.group = group;
    this.statuses = new Map();
    this.total = null;
    this.success = null;
    this.failure = null;
    this.requests = null;
    this.responses = null;
  }

  /** Counts the status in a response head or in trailers, where there is one. */
  charge(headers: Headers): void {
    const status = headers.get(GRPC_STATUS);
    if (status === undefined) return;
    this.status(status)?.inc();
    if (status === '0') {
      this.success ??= this.counter('success');
      this.success.inc();
    } else {
      this.failure ??= this.counter('failure');
      this.failure.inc();
    }
    this.total ??= this.counter('total');
    this.total.inc();
  }

  requestMessages(count: number): void {
    this.requests ??= this.counter('request_message_count');
    for (let i = 0; i < count; i++) this.requests.inc();
  }

  responseMessages(count: number): void {
    this.responses ??= this.counter('response_message_count');
    for (let i = 0; i < count; i++) this.responses.inc();
  }

  private status(status: string): DynamicCounter | null {
    let counter = this.statuses.get(status);
    if (counter === undefined) {
      if (this.statuses.size >= MOST_STATUSES || !/^\d{1,9}$/.test(status)) return null;
      counter = this.counter(status);
      this.statuses.set(status, counter);
    }
    return counter;
  }

  private counter(name: string): DynamicCounter {
    return this.group.dynamic(`${this.prefix}${name}`);
  }
}

/** Counters of all methods of one cluster. */
export class ClusterMethods {
  /** Of calls whose method has none. */
  readonly common: MethodStats;
  private readonly group: StatGroup;
  private readonly protocol: string;
  private readonly byPath: Map<string, MethodStats>;

  constructor(group: StatGroup, protocol: string) {
    this.common = new MethodStats(group, `${protocol}.`);
    this.group = group;
    this.protocol = protocol;
    this.byPath = new Map();
  }

  /** `path` without its query names the method; `replaceDots`: in the name of the service. */
  of(path: string, name: MethodName, replaceDots: boolean): MethodStats {
    let stats = this.byPath.get(path);
    if (stats === undefined) {
      if (this.byPath.size >= MOST_METHODS) return this.common;
      const service = replaceDots ? name.service.replaceAll('.', '_') : name.service;
      stats = new MethodStats(this.group, `${this.protocol}.${service}.${name.method}.`);
      this.byPath.set(path, stats);
    }
    return stats;
  }
}

/** Finds the counters of a cluster. One per filter configuration; clusters that are gone take theirs along. */
export class MethodTable {
  private readonly protocol: string;
  private readonly byGroup: WeakMap<StatGroup, ClusterMethods>;
  private lastGroup: StatGroup | null;
  private last: ClusterMethods | null;

  /** `grpc` or `grpc-web`. */
  constructor(protocol: string) {
    this.protocol = protocol;
    this.byGroup = new WeakMap();
    this.lastGroup = null;
    this.last = null;
  }

  of(cluster: Cluster): ClusterMethods {
    const { stats } = cluster;
    if (this.last !== null && this.lastGroup === stats) return this.last;
    let methods = this.byGroup.get(stats);
    if (methods === undefined) {
      methods = new ClusterMethods(stats, this.protocol);
      this.byGroup.set(stats, methods);
    }
    this.lastGroup = stats;
    this.last = methods;
    return methods;
  }
}

/** The path without its query: what names a method in tables. */
export function pathOnly(path: string): string {
  const query = path.indexOf('?');
  return query < 0 ? path : path.slice(0, query);
}
