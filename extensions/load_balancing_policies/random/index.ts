import { defineLbPolicy } from '../../../src/upstream/factory-context.ts';
import { compile } from './config.ts';

export default defineLbPolicy({
  name: 'envoy.load_balancing_policies.random',
  message: 'envoy.extensions.load_balancing_policies.random.v3.Random',
  posture: 'robust_to_untrusted_downstream_and_upstream',
  compile,
});
