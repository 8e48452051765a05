import { defineNetworkFilter } from '../../../src/upstream/factory-context.ts';
import { compileEcho } from './config.ts';

export default defineNetworkFilter({
  name: 'envoy.filters.network.echo',
  message: 'envoy.extensions.filters.network.echo.v3.Echo',
  posture: 'robust_to_untrusted_downstream',
  compile: compileEcho,
});
