import { defineAccessLogger } from '../../../src/upstream/factory-context.ts';
import { compile } from './config.ts';

export default defineAccessLogger({
  name: 'envoy.access_loggers.file',
  message: 'envoy.extensions.access_loggers.file.v3.FileAccessLog',
  posture: 'robust_to_untrusted_downstream_and_upstream',
  compile,
});
