import { defineLbPolicy } from '../../../src/upstream/factory-context.ts';
import { compile } from './config.ts';

export default defineLbPolicy({
  name: 'envoy.load_balancing_policies.round_robin',
  message: 'envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin',
  posture: 'robust_to_untrusted_downstream_and_upstream',
  compile,
});
