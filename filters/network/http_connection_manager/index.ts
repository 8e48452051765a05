import { defineNetworkFilter } from '../../../src/upstream/factory-context.ts';
import { compileConnectionManager } from './config.ts';
import { ConnectionManagerFactory } from './filter.ts';

export default defineNetworkFilter({
  name: 'envoy.filters.network.http_connection_manager',
  message: 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
  posture: 'robust_to_untrusted_downstream_and_upstream',
  compile(message, context) {
    const settings = compileConnectionManager(message, context);
    return settings === null ? null : new ConnectionManagerFactory(settings);
  },
});
