/** `lb_policy` and its settings, or `load_balancing_policy`, → LbPolicy; and what `common_lb_config` says for all of them. */
import { enumName, type Message, envoy_config_cluster_v3_Cluster_LbPolicy as Policy, refuseOthers } from '../api/index.ts';
import type { Problems } from '../base/errors.ts';
import { RuntimeNumber } from '../base/runtime-values.ts';
import type { FactoryContext, LbPolicyDefinition } from './factory-context.ts';
import { LeastRequest } from './lb/least-request.ts';
import type { LbPolicy } from './lb/picker.ts';
import { ListPolicy } from './lb/priority-picker.ts';
import { random } from './lb/random.ts';
import { roundRobin } from './lb/round-robin.ts';
import { openAt } from './open-any.ts';

type Cluster = Message<'envoy.config.cluster.v3.Cluster'>;

const LEAST_REQUEST = new Set(['choice_count', 'active_request_bias']);
const COMMON = new Set([
  'close_connections_on_host_set_change',
  'healthy_panic_threshold',
  'locality_weighted_lb_config',
  // Hosts are never joined late: what changes is used at once.
  'update_merge_window',
  // Means something with health checks alone.
  'ignore_new_hosts_until_first_hc',
  // Means something with a local cluster alone (cluster_manager.local_cluster_name).
  'zone_aware_lb_config',
]);
const ZONE_AWARE = new Set(['min_cluster_size', 'routing_enabled']);
const PANIC_THRESHOLD = 50;
/** Hosts that LEAST_REQUEST compares. */
export const CHOICES = 2;
const NOTHING: ReadonlySet<string> = new Set();

const ROUND_ROBIN_POLICY = new ListPolicy('round_robin', roundRobin);
const RANDOM_POLICY = new ListPolicy('random', random);

/** `common_lb_config`. */
export interface CommonLb {
  /** Per cent. */
  readonly panicThreshold: number;
  readonly localityWeighted: boolean;
}

export function compileCommonLb(cluster: Cluster, problems: Problems): CommonLb {
  const common = cluster.commonLbConfig;
  if (common === undefined) return { panicThreshold: PANIC_THRESHOLD, localityWeighted: false };
  const at = problems.at('common_lb_config');
  refuseOthers(common, COMMON, at);
  if (common.localityConfigSpecifier.case === 'zoneAwareLbConfig') {
    refuseOthers(common.localityConfigSpecifier.value, ZONE_AWARE, at.at('zone_aware_lb_config'));
  }
  return {
    panicThreshold: Math.min(100, Math.floor(common.healthyPanicThreshold?.value ?? PANIC_THRESHOLD)),
    localityWeighted: common.localityConfigSpecifier.case === 'localityWeightedLbConfig',
  };
}

export function compileLbPolicy(cluster: Cluster, context: FactoryContext): LbPolicy | null {
  const { problems } = context;
  if (cluster.loadBalancingPolicy !== undefined) return compileExtension(cluster.loadBalancingPolicy, context);
  const lb = cluster.lbConfig;
  switch (cluster.lbPolicy) {
    case Policy.ROUND_ROBIN:
      if (lb.case === 'roundRobinLbConfig') refuseOthers(lb.value, NOTHING, problems.at('round_robin_lb_config'));
      return ROUND_ROBIN_POLICY;
    case Policy.RANDOM:
      return RANDOM_POLICY;
    case Policy.LEAST_REQUEST: {
      const config = lb.case === 'leastRequestLbConfig' ? lb.value : undefined;
      const at = problems.at('least_request_lb_config');
      if (config !== undefined) refuseOthers(config, LEAST_REQUEST, at);
      const bias = compileBias(config?.activeRequestBias, context.at(at.at('active_request_bias')));
      return new ListPolicy('least_request', new LeastRequest(config?.choiceCount ?? CHOICES, bias));
    }
    case Policy.LOAD_BALANCING_POLICY_CONFIG:
      problems.at('load_balancing_policy').add('missing', 'lb_policy LOAD_BALANCING_POLICY_CONFIG needs load_balancing_policy');
      return null;
    default: {
      const name = enumName('envoy.config.cluster.v3.Cluster.LbPolicy', cluster.lbPolicy) ?? String(cluster.lbPolicy);
      problems.at('lb_policy').add('unsupported', `${name} is not supported`, 'use ROUND_ROBIN, LEAST_REQUEST or RANDOM');
      return null;
    }
  }
}

/** Of LEAST_REQUEST, wherever that stands. */
export function compileBias(
  message: Message<'envoy.config.core.v3.RuntimeDouble'> | undefined,
  { problems, runtimeValues }: FactoryContext,
): number | RuntimeNumber {
  if (message === undefined) return 1;
  if (message.defaultValue < 0) problems.add('bad_value', 'the bias must not be negative');
  return message.runtimeKey === '' ? message.defaultValue : new RuntimeNumber(runtimeValues, message.runtimeKey, message.defaultValue);
}

/** `locality_lb_config` of a policy: whether localities are chosen by their weights. */
export function compileLocality(
  message: Message<'envoy.extensions.load_balancing_policies.common.v3.LocalityLbConfig'> | undefined,
  problems: Problems,
): boolean {
  const config = message?.localityConfigSpecifier;
  if (config?.case === 'zoneAwareLbConfig') refuseOthers(config.value, ZONE_AWARE, problems.at('zone_aware_lb_config'));
  return config?.case === 'localityWeightedLbConfig';
}

/** The first policy of the list that somebody registered, as Envoy chooses. */
function compileExtension(message: Message<'envoy.config.cluster.v3.LoadBalancingPolicy'>, context: FactoryContext): LbPolicy | null {
  const at = context.problems.at('load_balancing_policy').at('policies');
  const seen: string[] = [];
  for (const [i, policy] of message.policies.entries()) {
    const any = policy.typedExtensionConfig?.typedConfig;
    if (any === undefined) continue;
    const here = at.at(i).at('typed_extension_config').at('typed_config');
    const opened = openAt(any, here);
    if (opened === null) return null;
    const found = context.registry.find('lb_policy', opened.typeName) as LbPolicyDefinition | null;
    if (found !== null && opened.kind === 'message') return found.compile(opened.message as never, context.at(here));
    seen.push(opened.typeName);
  }
  at.add('unsupported', `no policy of the list is supported: ${seen.join(', ') || 'it is empty'}`, 'use lb_policy');
  return null;
}
