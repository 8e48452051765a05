/** `lb_policy` and its settings, or `load_balancing_policy`, → LbPolicy; and what `common_lb_config` says for all of them. */
import { enumName, type Message, envoy_config_cluster_v3_Cluster_LbPolicy as Policy, refuseOthers } from '../api/index.ts';
import type { Problems } from '../base/errors.ts';
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
  // Hosts are never joined late: what changes is used at once.
  'update_merge_window',
  // Means something with health checks alone.
  'ignore_new_hosts_until_first_hc',
  // Means something with a local cluster alone (cluster_manager.local_cluster_name).
  'zone_aware_lb_config',
]);
const ZONE_AWARE = new Set(['min_cluster_size', 'routing_enabled']);
const NOTHING: ReadonlySet<string> = new Set();

const ROUND_ROBIN_POLICY = new ListPolicy('round_robin', roundRobin);
const RANDOM_POLICY = new ListPolicy('random', random);

/** Per cent. */
export function compilePanicThreshold(cluster: Cluster, problems: Problems): number {
  const common = cluster.commonLbConfig;
  if (common === undefined) return 50;
  const at = problems.at('common_lb_config');
  refuseOthers(common, COMMON, at);
  if (common.localityConfigSpecifier.case === 'zoneAwareLbConfig') {
    refuseOthers(common.localityConfigSpecifier.value, ZONE_AWARE, at.at('zone_aware_lb_config'));
  }
  return Math.min(100, Math.floor(common.healthyPanicThreshold?.value ?? 50));
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
      if (lb.case !== 'leastRequestLbConfig') return new ListPolicy('least_request', new LeastRequest(2, 1));
      refuseOthers(lb.value, LEAST_REQUEST, problems.at('least_request_lb_config'));
      const bias = lb.value.activeRequestBias?.defaultValue ?? 1;
      if (bias < 0) problems.at('least_request_lb_config').at('active_request_bias').add('bad_value', 'the bias must not be negative');
      return new ListPolicy('least_request', new LeastRequest(lb.value.choiceCount ?? 2, bias));
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
