// Generated from envoy/config/core/v3/resolver.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Address } from "./address_pb.js";
export declare type DnsResolverOptions = Message<"envoy.config.core.v3.DnsResolverOptions"> & {
  useTcpForDnsLookups: boolean;
  noDefaultSearchDomain: boolean;
};
export declare type DnsResolutionConfig = Message<"envoy.config.core.v3.DnsResolutionConfig"> & {
  resolvers: Address[];
  dnsResolverOptions?: DnsResolverOptions | undefined;
};
