import { defineHttpFilter } from '../../../src/upstream/factory-context.ts';
import { compileRouter } from './config.ts';
import { RouterFactory } from './factory.ts';

export default defineHttpFilter({
  name: 'envoy.filters.http.router',
  message: 'envoy.extensions.filters.http.router.v3.Router',
  posture: 'robust_to_untrusted_downstream_and_upstream',
  compile(message, context) {
    const settings = compileRouter(message, context);
    return settings === null ? null : new RouterFactory(context.filterName, settings);
  },
});
