/** envoy.config.route.v3.RouteAction.RequestMirrorPolicy, compiled: who gets a copy of a request, and what differs in it. */
import { type Message, refuseOthers } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import type { RuntimeFraction } from '../../base/runtime-values.ts';
import type { StreamInfo } from '../../telemetry/stream-info.ts';
import { type HeaderName, pinName } from '../header-name.ts';
import type { Headers } from '../headers.ts';
import type { ClusterHandle, HeaderMutations, RequestMirror } from '../route.ts';
import { formatNames } from '../substitution-format.ts';
import type { ClusterNames } from './cluster-choice.ts';
import type { RouteContext } from './context.ts';
import { compileFraction } from './fraction.ts';
import { compileHeaderMutations } from './header-mutation.ts';

export type MirrorMessage = Message<'envoy.config.route.v3.RouteAction.RequestMirrorPolicy'>;

const HONOURED = new Set([
  'cluster',
  'cluster_header',
  'runtime_fraction',
  // Whether the copy is traced: nothing here traces.
  'trace_sampled',
  'disable_shadow_host_suffix_append',
  'request_headers_mutations',
  'host_rewrite_literal',
]);

export class Mirror implements RequestMirror {
  /** Null when a header names it. */
  private readonly cluster: ClusterHandle | null;
  private readonly header: HeaderName | null;
  private readonly clusters: ClusterNames;
  private readonly fraction: RuntimeFraction | null;
  private readonly mutations: HeaderMutations | null;
  /** '': the request's own. */
  private readonly host: string;
  private readonly suffix: boolean;

  constructor(
    cluster: ClusterHandle | null,
    header: HeaderName | null,
    clusters: ClusterNames,
    fraction: RuntimeFraction | null,
    mutations: HeaderMutations | null,
    host: string,
    suffix: boolean,
  ) {
    this.cluster = cluster;
    this.header = header;
    this.clusters = clusters;
    this.fraction = fraction;
    this.mutations = mutations;
    this.host = host;
    this.suffix = suffix;
  }

  pickCluster(headers: Headers, random: number): ClusterHandle | null {
    if (this.fraction !== null && !this.fraction.holds(random)) return null;
    if (this.cluster !== null) return this.cluster;
    const name = headers.get(this.header as HeaderName) ?? '';
    return this.clusters.knownCluster(name) ? this.clusters.cluster(name) : null;
  }

  change(headers: Headers, info: StreamInfo): void {
    if (this.mutations !== null) this.mutations.apply(headers, info);
    if (this.host !== '') headers.authority = this.host;
    else if (this.suffix) headers.authority = shadowHost(headers.authority);
  }
}

/** `-shadow` goes before the port. */
export function shadowHost(authority: string): string {
  const colon = authority.lastIndexOf(':');
  if (colon < 0 || authority.indexOf(']', colon) >= 0) return `${authority}-shadow`;
  return `${authority.slice(0, colon)}-shadow${authority.slice(colon)}`;
}

/** Null when there is none: those of the level above hold then, as in Envoy. `problems` stands at the list. */
export function compileMirrors(
  messages: readonly MirrorMessage[],
  validateClusters: boolean,
  context: RouteContext,
  problems: Problems,
): readonly RequestMirror[] | null {
  if (messages.length === 0) return null;
  const names = formatNames(context.environment);
  return messages.map((message, i) => {
    const at = problems.at(i);
    refuseOthers(message, HONOURED, at);
    const { cluster, clusterHeader } = message;
    if ((cluster === '') === (clusterHeader === '')) at.add('bad_value', 'one of cluster and cluster_header is required');
    else if (cluster !== '' && validateClusters && !context.knownCluster(cluster)) {
      at.at('cluster').add('unresolved', `route: unknown shadow cluster '${cluster}'`);
    }
    return new Mirror(
      cluster === '' ? null : context.cluster(cluster),
      clusterHeader === '' ? null : pinName(clusterHeader === 'host' ? ':authority' : clusterHeader),
      context,
      compileFraction(message.runtimeFraction, context.runtimeValues),
      compileHeaderMutations(message.requestHeadersMutations, names, at.at('request_headers_mutations')),
      message.hostRewriteLiteral,
      !message.disableShadowHostSuffixAppend,
    );
  });
}
