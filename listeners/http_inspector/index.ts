import { defineListenerFilter } from '../../src/upstream/factory-context.ts';
import { compileHttpInspector } from './config.ts';

export const httpInspector = defineListenerFilter({
  name: 'envoy.filters.listener.http_inspector',
  message: 'envoy.extensions.filters.listener.http_inspector.v3.HttpInspector',
  posture: 'robust_to_untrusted_downstream',
  compile: compileHttpInspector,
});
