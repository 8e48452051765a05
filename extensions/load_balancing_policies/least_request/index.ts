import { defineLbPolicy } from '../../../src/upstream/factory-context.ts';
import { compile } from './config.ts';

export default defineLbPolicy({
  name: 'envoy.load_balancing_policies.least_request',
  message: 'envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest',
  posture: 'robust_to_untrusted_downstream_and_upstream',
  compile,
});
