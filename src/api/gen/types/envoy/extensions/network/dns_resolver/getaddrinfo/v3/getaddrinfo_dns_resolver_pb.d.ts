// Generated from envoy/extensions/network/dns_resolver/getaddrinfo/v3/getaddrinfo_dns_resolver.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type GetAddrInfoDnsResolverConfig = Message<"envoy.extensions.network.dns_resolver.getaddrinfo.v3.GetAddrInfoDnsResolverConfig"> & {
  numRetries?: number | undefined;
  numResolverThreads?: number | undefined;
};
