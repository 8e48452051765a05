import { type Message, refuseOthers } from '../../../src/api/index.ts';
import { CHOICES, compileBias, compileLocality } from '../../../src/upstream/compile-lb.ts';
import type { FactoryContext } from '../../../src/upstream/factory-context.ts';
import { LeastRequest } from '../../../src/upstream/lb/least-request.ts';
import type { LbPolicy } from '../../../src/upstream/lb/picker.ts';
import { ListPolicy } from '../../../src/upstream/lb/priority-picker.ts';

const HONOURED = new Set(['active_request_bias', 'choice_count', 'enable_full_scan', 'locality_lb_config', 'selection_method']);
const FULL_SCAN = 1;

export function compile(
  message: Message<'envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest'>,
  context: FactoryContext,
): LbPolicy {
  const { problems } = context;
  refuseOthers(message, HONOURED, problems);
  const all = message.selectionMethod === FULL_SCAN || message.enableFullScan === true;
  const bias = compileBias(message.activeRequestBias, context.at(problems.at('active_request_bias')));
  const byLocality = compileLocality(message.localityLbConfig, problems.at('locality_lb_config'));
  return new ListPolicy('least_request', new LeastRequest(all ? 0 : (message.choiceCount ?? CHOICES), bias), byLocality);
}
