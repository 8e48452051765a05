import { defineHttpFilter } from '../../../src/upstream/factory-context.ts';
import { compileFault } from './config.ts';
import { FaultFactory } from './filter.ts';
import { FAULT_STATS } from './settings.ts';

export default defineHttpFilter({
  name: 'envoy.filters.http.fault',
  message: 'envoy.extensions.filters.http.fault.v3.HTTPFault',
  posture: 'robust_to_untrusted_downstream',
  compile(message, context) {
    const settings = compileFault(message, context.runtimeValues, context.problems);
    if (settings === null) return null;
    const prefix = context.statPrefix;
    const tag = { name: 'envoy.http_conn_manager_prefix', value: prefix.replace(/^http\.|\.$/g, '') };
    return new FaultFactory(context.filterName, settings, context.stats.group(`${prefix}fault.`, FAULT_STATS, [tag]));
  },
  compileRoute: (message, context) => compileFault(message, context.runtimeValues, context.problems),
});
