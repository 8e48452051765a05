/**
 * What the hall needs from the data path's rooms, one set for each worker. An interface, so that the hall's own tests run without
 * sockets and protocols.
 */
import type { Loggers } from '../base/log.ts';
import { H1ClientConnection } from '../http/h1/client.ts';
import { H2ClientConnection } from '../http/h2/client.ts';
import type { Dispatcher } from '../net/dispatcher.ts';
import type { StatsScope } from '../telemetry/stats.ts';
import type { ClusterClient } from '../upstream/cluster-client.ts';
import { compileCluster } from '../upstream/cluster-compiler.ts';
import { Clusters } from '../upstream/clusters.ts';
import { systemResolvers } from '../upstream/dns/resolvers.ts';
import type { ClusterSet } from '../upstream/instances.ts';
import type { ClientCodecs } from '../upstream/pool/pool.ts';
import { PooledClient } from '../upstream/pooled-client.ts';
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

/** The real ones. */
export function createRooms(): Rooms {
  return {
    upstream: ({ dispatcher }) => {
      const clusters = new Clusters();
      const resolvers = systemResolvers(dispatcher.clock);
      return {
        clusters,
        client: new PooledClient(clusters, dispatcher),
        compile: (message, context) => compileCluster(message, context, CODECS, resolvers),
      };
    },
  };
}

const CODECS: ClientCodecs = {
  create: (protocol, connection, callbacks, settings, stats) =>
    protocol === 'h2'
      ? new H2ClientConnection(connection, callbacks, settings.h2, stats)
      : new H1ClientConnection(connection, callbacks, settings.h1),
};
