import t from 'tap';
import { FakeStats } from '../../test/support/stats.ts';
import { fromJson, type JsonInput } from '../api/index.ts';
import { Problems } from '../base/errors.ts';
import type { OverloadShares } from '../base/overload.ts';
import { type OverloadPlan, planOverload } from './overload-plan.ts';
import { OverloadWatch } from './overload-watch.ts';

const TYPE = 'type.googleapis.com/envoy.extensions.resource_monitors';
const HEAP = { name: 'heap', typed_config: { '@type': `${TYPE}.fixed_heap.v3.FixedHeapConfig`, max_heap_size_bytes: 1000 } };
const ACTION = 'envoy.overload_actions.';

function plan(json: JsonInput) {
  const problems = new Problems('overload_manager');
  const unused: string[] = [];
  const planned = planOverload(fromJson('envoy.config.overload.v3.OverloadManager', json), problems, unused);
  return { plan: planned as OverloadPlan, complaints: problems.list.map(({ code, path }) => `${code} ${path}`), unused };
}

const action = (name: string, ...triggers: JsonInput[]) => ({ name: ACTION + name, triggers });
const at = (value: number, name = 'heap') => ({ name, threshold: { value } });

t.test('what has no like here is accepted and named', (t) => {
  const { complaints, unused } = plan({
    resource_monitors: [HEAP],
    actions: [action('shrink_heap', at(0.9)), action('stop_accepting_requests', at(0.9)), action('stop_accepting_connections', at(0.9))],
    loadshed_points: [{ name: 'envoy.load_shed_points.tcp_listener_accept', triggers: [at(0.9)] }],
    buffer_factory_config: { minimum_account_to_track_power_of_two: 20 },
  });
  t.same(complaints, []);
  t.same(unused, [
    'overload_manager.actions[0]',
    'overload_manager.actions[2]',
    'overload_manager.loadshed_points',
    'overload_manager.buffer_factory_config',
  ]);
  t.end();
});

t.test('mistakes are those of Envoy, each at its place', (t) => {
  const scaled = (from: number, to: number) => ({ name: 'heap', scaled: { scaling_threshold: from, saturation_threshold: to } });
  const connections = { '@type': `${TYPE}.downstream_connections.v3.DownstreamConnectionsConfig`, max_active_downstream_connections: 5 };
  const { complaints } = plan({
    resource_monitors: [HEAP, HEAP, { name: 'mine', typed_config: connections }, { name: 'none' }],
    actions: [
      action('nope', at(1)),
      action('stop_accepting_requests', at(1, 'other'), at(0.5), at(0.6)),
      action('stop_accepting_requests', scaled(0.9, 0.9)),
      action('reduce_timeouts', at(1)),
      action('reset_high_memory_stream', scaled(0.1, 0.2)),
    ],
    loadshed_points: [{ name: 'x', triggers: [at(1, 'other')] }],
  });
  t.same(complaints, [
    'duplicate overload_manager.resource_monitors[1].name',
    'bad_value overload_manager.resource_monitors[2].name',
    'missing overload_manager.resource_monitors[3].typed_config',
    'bad_value overload_manager.actions[0].name',
    'unresolved overload_manager.actions[1].triggers[0].name',
    'duplicate overload_manager.actions[1].triggers[2].name',
    'duplicate overload_manager.actions[2].name',
    'bad_value overload_manager.actions[2].triggers[0].scaled',
    'missing overload_manager.actions[3]',
    'missing overload_manager.actions[4]',
    'unresolved overload_manager.loadshed_points[0].triggers[0].name',
  ]);
  t.end();
});

t.test('actions follow the memory, at once or by degrees', (t) => {
  const { plan: planned } = plan({
    resource_monitors: [HEAP],
    actions: [
      action('stop_accepting_requests', at(0.9)),
      action('disable_http_keepalive', { name: 'heap', scaled: { scaling_threshold: 0.5, saturation_threshold: 0.75 } }),
      action('reject_incoming_connections', at(2), at(0.95)),
    ],
  });
  const stats = new FakeStats();
  const told: OverloadShares[] = [];
  let bytes = 0;
  const watch = new OverloadWatch({ plan: planned, stats, heap: () => bytes, onChange: (shares) => told.push(shares) });
  const look = (now: number) => {
    bytes = now;
    watch.look();
    return told.at(-1);
  };
  t.same(look(100), { stopRequests: 0, disableKeepalive: 0, rejectConnections: 0 });
  look(200);
  t.equal(told.length, 1, 'nothing is told twice');
  t.match(look(625), { stopRequests: 0, disableKeepalive: 0.5 });
  t.equal(stats.value(`overload.${ACTION}disable_http_keepalive.scale_percent`), 50);
  t.equal(stats.value(`overload.${ACTION}disable_http_keepalive.active`), 0);
  t.same(look(900), { stopRequests: 1, disableKeepalive: 1, rejectConnections: 0 });
  t.equal(stats.value(`overload.${ACTION}stop_accepting_requests.active`), 1);
  t.equal(stats.value('overload.heap.pressure'), 90);
  t.match(look(5000), { rejectConnections: 1 });
  t.same(look(0), { stopRequests: 0, disableKeepalive: 0, rejectConnections: 0 });
  watch.close();
  t.end();
});
