/** The upstream room of one worker: what the hall drives and what filters call. */
import type { Message } from '../api/index.ts';
import type { Dispatcher } from '../net/dispatcher.ts';
import type { ClusterClient } from './cluster-client.ts';
import { compileCluster } from './cluster-compiler.ts';
import { Clusters } from './clusters.ts';
import { CODECS } from './codecs.ts';
import type { FactoryContext } from './factory-context.ts';
import type { ClusterInstance } from './instances.ts';
import { PooledClient } from './pooled-client.ts';

export interface UpstreamRoom {
  readonly clusters: Clusters;
  readonly client: ClusterClient;
  compile(message: Message<'envoy.config.cluster.v3.Cluster'>, context: FactoryContext): ClusterInstance | null;
}

export function makeUpstream(dispatcher: Dispatcher): UpstreamRoom {
  const clusters = new Clusters();
  return {
    clusters,
    client: new PooledClient(clusters, dispatcher),
    compile: (message, context) => compileCluster(message, context, CODECS),
  };
}
