import { defineNetworkFilter } from '../../../src/upstream/factory-context.ts';
import { compileDirectResponse } from './config.ts';
import { DirectResponseFactory } from './filter.ts';

export default defineNetworkFilter({
  name: 'envoy.filters.network.direct_response',
  message: 'envoy.extensions.filters.network.direct_response.v3.Config',
  posture: 'robust_to_untrusted_downstream',
  compile(message, context) {
    const response = compileDirectResponse(message, context);
    return response === null ? null : new DirectResponseFactory(response);
  },
});
