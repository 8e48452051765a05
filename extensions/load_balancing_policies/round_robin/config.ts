import { type Message, refuseOthers } from '../../../src/api/index.ts';
import { compileLocality } from '../../../src/upstream/compile-lb.ts';
import type { FactoryContext } from '../../../src/upstream/factory-context.ts';
import type { LbPolicy } from '../../../src/upstream/lb/picker.ts';
import { ListPolicy } from '../../../src/upstream/lb/priority-picker.ts';
import { roundRobin } from '../../../src/upstream/lb/round-robin.ts';

const HONOURED = new Set(['locality_lb_config']);

export function compile(
  message: Message<'envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin'>,
  { problems }: FactoryContext,
): LbPolicy {
  refuseOthers(message, HONOURED, problems);
  return new ListPolicy('round_robin', roundRobin, compileLocality(message.localityLbConfig, problems.at('locality_lb_config')));
}
