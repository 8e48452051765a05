import { defineAccessLogger } from '../../../src/upstream/factory-context.ts';
import { compile } from './config.ts';

export default defineAccessLogger({
  name: 'envoy.access_loggers.stdout',
  message: 'envoy.extensions.access_loggers.stream.v3.StdoutAccessLog',
  posture: 'robust_to_untrusted_downstream_and_upstream',
  compile,
});
