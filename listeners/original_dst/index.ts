import { defineListenerFilter } from '../../src/upstream/factory-context.ts';
import { compileOriginalDst } from './config.ts';

export const originalDst = defineListenerFilter({
  name: 'envoy.filters.listener.original_dst',
  message: 'envoy.extensions.filters.listener.original_dst.v3.OriginalDst',
  posture: 'robust_to_untrusted_downstream',
  compile: compileOriginalDst,
});
