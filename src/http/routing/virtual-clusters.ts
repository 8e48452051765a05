/** `virtual_clusters` of a virtual host: upstream requests that are counted under a name of their own (Envoy docs, `VirtualCluster`). */
import type { Message } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import type { StreamInfo } from '../../telemetry/stream-info.ts';
import type { Headers } from '../headers.ts';
import type { RouteCounts, VirtualClusters } from '../route.ts';
import type { RouteContext } from './context.ts';
import { compileHeaderMatchers, type HeaderTest } from './header-match.ts';

interface Named {
  readonly name: string;
  readonly tests: readonly HeaderTest[];
  readonly counts: RouteCounts;
}

class NamedClusters implements VirtualClusters {
  private readonly named: readonly Named[];
  /** For what none of them matches. */
  private readonly other: RouteCounts;

  constructor(named: readonly Named[], other: RouteCounts) {
    this.named = named;
    this.other = other;
  }

  of(headers: Headers, info: StreamInfo): RouteCounts {
    for (let i = 0; i < this.named.length; i++) {
      const { name, tests, counts } = this.named[i] as Named;
      let at = 0;
      while (at < tests.length && (tests[at] as HeaderTest).matches(headers)) at++;
      if (at < tests.length) continue;
      info.virtualClusterName = name;
      return counts;
    }
    return this.other;
  }
}

/** Null when there is none, or nothing is counted. */
export function compileVirtualClusters(
  host: Message<'envoy.config.route.v3.VirtualHost'>,
  context: RouteContext,
  problems: Problems,
): VirtualClusters | null {
  const named: Named[] = [];
  host.virtualClusters.forEach((message, i) => {
    const at = problems.at(i);
    if (message.name === '') at.at('name').add('missing', 'name is required');
    if (message.headers.length === 0) at.at('headers').add('missing', 'headers are required');
    const tests = compileHeaderMatchers(message.headers, at.at('headers'));
    const counts = context.virtualClusterCounts?.(host.name, message.name);
    if (counts !== undefined) named.push({ name: message.name, tests, counts });
  });
  const other = named.length === 0 ? undefined : context.virtualClusterCounts?.(host.name, 'other');
  return other === undefined ? null : new NamedClusters(named, other);
}
