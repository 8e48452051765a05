import { defineHttpFilter } from '../../../src/upstream/factory-context.ts';
import { compileGrpcStats } from './config.ts';
import { GrpcStatsFactory } from './filter.ts';

export default defineHttpFilter({
  name: 'envoy.filters.http.grpc_stats',
  message: 'envoy.extensions.filters.http.grpc_stats.v3.FilterConfig',
  posture: 'robust_to_untrusted_downstream_and_upstream',
  compile: (message, context) => new GrpcStatsFactory(context.filterName, compileGrpcStats(message, context)),
});
