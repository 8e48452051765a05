/**
 * What the hall needs from the data path's rooms, one set for each worker. An interface, so that the hall's own tests run without
 * sockets and protocols.
 */
import type { Loggers } from '../base/log.ts';
import type { Dispatcher } from '../net/dispatcher.ts';
import type { StatsScope } from '../telemetry/stats.ts';
import type { ClusterClient } from '../upstream/cluster-client.ts';
import type { ClusterSet } from '../upstream/instances.ts';
import type { CompileCluster } from './cluster-manager.ts';

export interface UpstreamParts {
  readonly dispatcher: Dispatcher;
  readonly stats: StatsScope;
  readonly loggers: Loggers;
}

export interface Upstream {
  readonly clusters: ClusterSet;
  readonly client: ClusterClient;
  readonly compile: CompileCluster;
}

export interface Rooms {
  upstream(parts: UpstreamParts): Upstream;
}
