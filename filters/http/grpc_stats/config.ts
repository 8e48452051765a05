/** envoy.extensions.filters.http.grpc_stats.v3.FilterConfig → GrpcStatsSettings. */
import type { Message } from '../../../src/api/index.ts';
import { statPrefix } from '../../../src/upstream/cluster-stats.ts';
import type { HttpFilterContext } from '../../../src/upstream/factory-context.ts';
import { GrpcStatsSettings, keyOf, TIME_STATS } from './settings.ts';

/** Everything in the message is honoured. */
export function compileGrpcStats(
  message: Message<'envoy.extensions.filters.http.grpc_stats.v3.FilterConfig'>,
  context: HttpFilterContext,
): GrpcStatsSettings {
  const { perMethodStatSpecifier: specifier } = message;
  const services = specifier.case === 'individualMethodStatsAllowlist' ? specifier.value.services : [];
  const allowed = services.flatMap((service) => service.methodNames.map((method) => keyOf({ service: service.name, method })));
  return new GrpcStatsSettings(
    {
      emitFilterState: message.emitFilterState,
      allMethods: specifier.case === 'statsForAllMethods' && specifier.value.value,
      allowed: new Set(allowed),
      upstreamStats: message.enableUpstreamStats,
      replaceDots: message.replaceDotsInGrpcServiceName,
    },
    ({ settings: { statName } }, prefix) =>
      context.stats.group(`${statPrefix(statName)}${prefix}`, TIME_STATS, [{ name: 'envoy.cluster_name', value: statName }]),
  );
}
