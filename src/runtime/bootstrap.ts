/** The static door's half in the hall: a bootstrap message → resources of origin `static`, in the order of application. */
import { type AnyMessage, clone, create, type Message, milliseconds, toBinary } from '../api/index.ts';
import type { Address } from '../base/address.ts';
import { type Problem, Problems } from '../base/errors.ts';
import { compileStringMatcher } from '../http/routing/string-match.ts';
import type { StatsRules } from '../telemetry/stats-rules.ts';
import { compileAddress } from '../upstream/compile-address.ts';
import { compileUpstreamDefaults } from '../upstream/compile-defaults.ts';
import type { ProxyOptions, UpstreamDefaults } from '../upstream/factory-context.ts';
import { checkParts } from './bootstrap-parts.ts';
import { RESOURCE_TYPES, type Resource, type ResourceType } from './contracts.ts';
import { type OverloadPlan, planOverload } from './overload-plan.ts';
import { RuntimeLayers } from './runtime-layers.ts';
import { compileStatsConfig } from './stats-config.ts';

type Bootstrap = Message<'envoy.config.bootstrap.v3.Bootstrap'>;
type Node = Message<'envoy.config.core.v3.Node'>;

/** A resource and where it stands in the bootstrap: problems of it are found below that path. */
export interface PlacedResource {
  readonly resource: Resource;
  /** `static_resources.clusters[0]`. */
  readonly path: string;
}

export interface StaticConfiguration {
  readonly resources: readonly PlacedResource[];
  /** Parts of the bootstrap that are refused. */
  readonly problems: readonly Problem[];
  /** Paths of parts that are accepted and have no effect. */
  readonly unused: readonly string[];
  /** Milliseconds between two intervals of the histograms; Envoy's default is 5,000. */
  readonly statsFlushMs: number;
  /** Of `stats_config`. */
  readonly statsRules: StatsRules;
  /** Null without an overload manager. */
  readonly overload: OverloadPlan | null;
  /** Of `layered_runtime`. */
  readonly runtimeLayers: RuntimeLayers;
  /** For all clusters. */
  readonly upstream: UpstreamDefaults;
  /** Where the admin server listens, with the mode bits of a socket file (0: as the system makes it); null without admin. */
  readonly admin: AdminSettings | null;
}

export interface AdminSettings {
  readonly address: Address;
  readonly mode: number;
  /** Whether a path with its query may be asked for; absent: each may. */
  readonly allows?: (path: string) => boolean;
}

/** Takes a checked bootstrap apart: secrets, then clusters, then listeners. */
export function resourcesOf(bootstrap: Bootstrap): StaticConfiguration {
  const problems = new Problems();
  const unused = checkParts(bootstrap, problems);
  const resources: PlacedResource[] = [];
  const add = (type: ResourceType, list: string, messages: readonly (AnyMessage & { name: string })[]): void => {
    messages.forEach((given, i) => {
      let message = given;
      if (given.name === '') {
        // Envoy makes a UUID up; a place can be found again.
        message = clone(given);
        message.name = `${list}[${i}]`;
      }
      const resource = { type, name: message.name, version: '', bytes: toBinary(message) };
      resources.push({ resource, path: `static_resources.${list}[${i}]` });
    });
  };
  const { secrets = [], clusters = [], listeners = [] } = bootstrap.staticResources ?? {};
  add(RESOURCE_TYPES.secret, 'secrets', secrets);
  add(RESOURCE_TYPES.cluster, 'clusters', clusters);
  add(RESOURCE_TYPES.listener, 'listeners', listeners);
  const statsRules = compileStatsConfig(bootstrap.statsConfig, problems.at('stats_config'));
  const statsFlushMs = milliseconds(bootstrap.statsFlushInterval) ?? 5000;
  const admin = adminOf(bootstrap, problems.at('admin'));
  const upstream = compileUpstreamDefaults(bootstrap, problems);
  // Its problems are reported with those of the other parts.
  const overload = planOverload(bootstrap.overloadManager, new Problems());
  const runtimeLayers = new RuntimeLayers(bootstrap.layeredRuntime);
  return { resources, problems: problems.list, unused, statsFlushMs, statsRules, overload, runtimeLayers, upstream, admin };
}

function adminOf({ admin }: Bootstrap, problems: Problems): StaticConfiguration['admin'] {
  if (admin?.address === undefined) return null;
  const address = compileAddress(admin.address, problems.at('address'));
  if (address === null) return null;
  const mode = admin.address.address.case === 'pipe' ? admin.address.address.value.mode : 0;
  if (admin.allowPaths.length === 0) return { address, mode };
  const tests = admin.allowPaths.flatMap((matcher, i) => compileStringMatcher(matcher, problems.at('allow_paths').at(i)) ?? []);
  return { address, mode, allows: (path) => tests.some((each) => each.test(path)) };
}

/** Problems of a resource with the place of the resource in front: paths as the positions of the file know them. */
export function placeProblems(problems: readonly Problem[], path: string): Problem[] {
  return problems.map((problem) => ({ ...problem, path: problem.path === '' ? path : `${path}.${problem.path}` }));
}

/** The node with `--service-node`, `--service-cluster` and `--service-zone` over it; null when nobody said anything. */
export function nodeOf(bootstrap: Bootstrap | null, options: ProxyOptions): Node | null {
  const { serviceNode, serviceCluster, serviceZone } = options;
  const given = bootstrap?.node;
  if (given === undefined && serviceNode === '' && serviceCluster === '' && serviceZone === '') return null;
  const node = given === undefined ? create('envoy.config.core.v3.Node') : clone(given);
  if (serviceNode !== '') node.id = serviceNode;
  if (serviceCluster !== '') node.cluster = serviceCluster;
  if (serviceZone !== '') {
    node.locality ??= create('envoy.config.core.v3.Locality');
    node.locality.zone = serviceZone;
  }
  return node;
}
