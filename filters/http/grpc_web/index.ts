import { defineHttpFilter } from '../../../src/upstream/factory-context.ts';
import { compileGrpcWeb } from './config.ts';
import { GrpcWebFactory } from './filter.ts';

export default defineHttpFilter({
  name: 'envoy.filters.http.grpc_web',
  message: 'envoy.extensions.filters.http.grpc_web.v3.GrpcWeb',
  posture: 'robust_to_untrusted_downstream_and_upstream',
  compile: (message, context) => new GrpcWebFactory(context.filterName, compileGrpcWeb(message)),
});
