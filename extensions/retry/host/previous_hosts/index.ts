import { defineRetryHostPredicate } from '../../../../src/upstream/factory-context.ts';
import { compile } from './config.ts';

export default defineRetryHostPredicate({
  name: 'envoy.retry_host_predicates.previous_hosts',
  message: 'envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate',
  posture: 'robust_to_untrusted_downstream_and_upstream',
  compile,
});
