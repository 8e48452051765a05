import { type Message, refuseOthers } from '../../../src/api/index.ts';
import { compileLocality } from '../../../src/upstream/compile-lb.ts';
import type { FactoryContext } from '../../../src/upstream/factory-context.ts';
import type { LbPolicy } from '../../../src/upstream/lb/picker.ts';
import { ListPolicy } from '../../../src/upstream/lb/priority-picker.ts';
import { random } from '../../../src/upstream/lb/random.ts';

const HONOURED = new Set(['locality_lb_config']);

export function compile(
  message: Message<'envoy.extensions.load_balancing_policies.random.v3.Random'>,
  { problems }: FactoryContext,
): LbPolicy {
  refuseOthers(message, HONOURED, problems);
  return new ListPolicy('random', random, compileLocality(message.localityLbConfig, problems.at('locality_lb_config')));
}
