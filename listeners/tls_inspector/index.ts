import { defineListenerFilter } from '../../src/upstream/factory-context.ts';
import { compileTlsInspector } from './config.ts';

export const tlsInspector = defineListenerFilter({
  name: 'envoy.filters.listener.tls_inspector',
  message: 'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector',
  posture: 'robust_to_untrusted_downstream',
  compile: compileTlsInspector,
});
