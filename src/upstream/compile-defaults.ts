/** What the bootstrap says for all clusters → UpstreamDefaults. What is wrong with it is said once, at its own place. */
import { create, type Message, packAny, toBinary } from '../api/index.ts';
import type { Problems } from '../base/errors.ts';
import { compileBind } from './compile-bind.ts';
import { compileResolution, compileTypedResolver } from './dns/compile-resolver.ts';
import type { UpstreamDefaults } from './factory-context.ts';

type Bootstrap = Message<'envoy.config.bootstrap.v3.Bootstrap'>;

export function compileUpstreamDefaults(bootstrap: Bootstrap, problems: Problems): UpstreamDefaults {
  const { typedDnsResolverConfig, dnsResolutionConfig } = bootstrap;
  const bind = bootstrap.clusterManager?.upstreamBindConfig;
  if (bind !== undefined) {
    compileBind({ cluster: bind, bootstrap: undefined, who: 'Bootstrap' }, problems.at('cluster_manager').at('upstream_bind_config'));
  }
  let resolver = typedDnsResolverConfig;
  if (resolver !== undefined) compileTypedResolver(resolver, problems.at('typed_dns_resolver_config'));
  else if (dnsResolutionConfig !== undefined) {
    compileResolution(dnsResolutionConfig, problems.at('dns_resolution_config'));
    resolver = asTyped(dnsResolutionConfig);
  }
  return {
    ...(bind === undefined ? {} : { bindConfig: toBinary(bind) }),
    ...(resolver === undefined ? {} : { dnsResolver: toBinary(resolver) }),
  };
}

/** The older way to say it. */
function asTyped(message: Message<'envoy.config.core.v3.DnsResolutionConfig'>): Message<'envoy.config.core.v3.TypedExtensionConfig'> {
  const cares = create('envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig', {
    resolvers: message.resolvers,
    ...(message.dnsResolverOptions === undefined ? {} : { dnsResolverOptions: message.dnsResolverOptions }),
  });
  return create('envoy.config.core.v3.TypedExtensionConfig', { name: 'envoy.network.dns_resolver.cares', typedConfig: packAny(cares) });
}
