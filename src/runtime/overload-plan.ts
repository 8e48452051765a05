/**
 * `overload_manager` → what is watched and what is done about it. Monitors and actions that have no like here are accepted, do nothing and
 * are named in the log; mistakes are refused as Envoy refuses them.
 */
import { type Any, type Message, milliseconds, openAny, typeNameOf } from '../api/index.ts';
import { ConfigError, type Problems } from '../base/errors.ts';
import type { OverloadShares } from '../base/overload.ts';

type OverloadManager = Message<'envoy.config.overload.v3.OverloadManager'>;
type Trigger = Message<'envoy.config.overload.v3.Trigger'>;

/** Memory of the process against a limit. */
export interface Monitor {
  readonly name: string;
  readonly maxBytes: number;
}

/** From `from` on, and fully from `to` on; the same number for a threshold. */
export interface PlannedTrigger {
  readonly monitor: string;
  readonly from: number;
  readonly to: number;
}

export interface PlannedAction {
  readonly name: string;
  readonly share: keyof OverloadShares;
  readonly triggers: readonly PlannedTrigger[];
}

export interface OverloadPlan {
  readonly refreshMs: number;
  readonly monitors: readonly Monitor[];
  readonly actions: readonly PlannedAction[];
  /** Connections of all listeners; undefined without a limit. */
  readonly maxConnections: number | undefined;
}

const MONITORS = 'envoy.extensions.resource_monitors.';
const CONNECTIONS = 'envoy.resource_monitors.global_downstream_max_connections';
const ACTIONS = 'envoy.overload_actions.';
const HONOURED: Readonly<Record<string, keyof OverloadShares>> = {
  reject_incoming_connections: 'rejectConnections',
  stop_accepting_requests: 'stopRequests',
  disable_http_keepalive: 'disableKeepalive',
};
/** Known to Envoy, and without effect here. */
const IDLE_ACTIONS = new Set(['shrink_heap', 'stop_accepting_connections', 'reduce_timeouts', 'reset_high_memory_stream']);
const NEEDS_SETTINGS = 'reduce_timeouts';

/** Null without an overload manager. `unused` gets the paths of what does nothing. */
export function planOverload(message: OverloadManager | undefined, problems: Problems, unused: string[] = []): OverloadPlan | null {
  if (message === undefined) return null;
  const names = new Set<string>();
  const monitors: Monitor[] = [];
  let maxConnections: number | undefined;
  message.resourceMonitors.forEach(({ name, configType }, i) => {
    const at = problems.at('resource_monitors').at(i);
    if (names.has(name)) at.at('name').add('duplicate', `two resource monitors are called "${name}"`);
    names.add(name);
    const opened = open(configType.value, at.at('typed_config'));
    if (opened === null) return;
    if (opened.$typeName === `${MONITORS}downstream_connections.v3.DownstreamConnectionsConfig`) {
      if (name !== CONNECTIONS) at.at('name').add('bad_value', 'this monitor has one name only', `call it ${CONNECTIONS}`);
      maxConnections = Number(
        (opened as Message<'envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig'>)
          .maxActiveDownstreamConnections,
      );
    } else if (opened.$typeName === `${MONITORS}fixed_heap.v3.FixedHeapConfig`) {
      const { maxHeapSizeBytes } = opened as Message<'envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig'>;
      monitors.push({ name, maxBytes: Number(maxHeapSizeBytes) });
    } else
      at.at('typed_config').add(
        'unsupported',
        `the resource monitor ${opened.$typeName} is not supported`,
        'fixed_heap, downstream_connections',
      );
  });
  const actions = planActions(message, names, problems.at('actions'), unused);
  message.loadshedPoints.forEach(({ name, triggers }, i) => {
    planTriggers(triggers, `loadshed point ${name}`, names, problems.at('loadshed_points').at(i).at('triggers'));
  });
  if (message.loadshedPoints.length > 0) unused.push(problems.at('loadshed_points').path);
  if (message.bufferFactoryConfig !== undefined) unused.push(problems.at('buffer_factory_config').path);
  return { refreshMs: Math.max(1, milliseconds(message.refreshInterval) ?? 1000), monitors, actions, maxConnections };
}

function planActions(
  message: OverloadManager,
  monitors: ReadonlySet<string>,
  problems: Problems,
  unused: string[],
): readonly PlannedAction[] {
  const seen = new Set<string>();
  const planned: PlannedAction[] = [];
  message.actions.forEach(({ name, triggers, typedConfig }, i) => {
    const at = problems.at(i);
    const short = name.startsWith(ACTIONS) ? name.slice(ACTIONS.length) : '';
    if (seen.has(name)) at.at('name').add('duplicate', `two overload actions are called "${name}"`);
    seen.add(name);
    const share = Object.hasOwn(HONOURED, short) ? HONOURED[short] : undefined;
    if (share === undefined && !IDLE_ACTIONS.has(short)) {
      const known = [...Object.keys(HONOURED), ...IDLE_ACTIONS].map((each) => ACTIONS + each);
      at.at('name').add('bad_value', `there is no overload action "${name}"`, `one of ${known.join(', ')}`);
    }
    if (short === NEEDS_SETTINGS && typedConfig === undefined) at.add('missing', `${name} requires a typed_config`);
    if (typedConfig !== undefined && short !== NEEDS_SETTINGS && short !== 'shrink_heap') {
      at.at('typed_config').add('bad_value', `${name} takes no typed_config`, 'remove it');
    }
    if (short === 'reset_high_memory_stream' && message.bufferFactoryConfig === undefined) {
      at.add('missing', `${name} requires buffer_factory_config`);
    }
    const compiled = planTriggers(triggers, `overload action ${name}`, monitors, at.at('triggers'));
    if (share === undefined) unused.push(at.path);
    else planned.push({ name, share, triggers: compiled });
  });
  return planned;
}

function planTriggers(triggers: readonly Trigger[], what: string, monitors: ReadonlySet<string>, problems: Problems): PlannedTrigger[] {
  const seen = new Set<string>();
  const planned: PlannedTrigger[] = [];
  triggers.forEach(({ name, triggerOneof }, i) => {
    const at = problems.at(i);
    if (!monitors.has(name)) at.at('name').add('unresolved', `unknown trigger resource "${name}" for ${what}`, 'name a resource monitor');
    if (seen.has(name)) at.at('name').add('duplicate', `two triggers of ${what} have the resource "${name}"`);
    seen.add(name);
    if (triggerOneof.case === 'threshold') planned.push({ monitor: name, from: triggerOneof.value.value, to: triggerOneof.value.value });
    else if (triggerOneof.case === 'scaled') {
      const { scalingThreshold: from, saturationThreshold: to } = triggerOneof.value;
      if (from >= to) at.at('scaled').add('bad_value', 'scaling_threshold must be less than saturation_threshold');
      planned.push({ monitor: name, from, to });
    } else at.add('missing', 'one of threshold, scaled is required');
  });
  return planned;
}

function open(any: Any | undefined, problems: Problems): ReturnType<typeof messageIn> {
  if (any === undefined) {
    problems.add('missing', 'a typed_config is needed');
    return null;
  }
  try {
    const message = messageIn(any);
    if (message === null) problems.add('unsupported', `the resource monitor ${typeNameOf(any.typeUrl)} is not supported`);
    return message;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) problems.add(problem.code, problem.message, problem.hint);
    return null;
  }
}

function messageIn(any: Any) {
  const opened = openAny(any);
  return opened.kind === 'message' ? opened.message : null;
}
