// Generated from envoy/extensions/network/dns_resolver/cares/v3/cares_dns_resolver.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Address } from "../../../../../config/core/v3/address_pb.js";
import type { DnsResolverOptions } from "../../../../../config/core/v3/resolver_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
export declare type CaresDnsResolverConfig = Message<"envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig"> & {
  resolvers: Address[];
  useResolversAsFallback: boolean;
  filterUnroutableFamilies: boolean;
  dnsResolverOptions?: DnsResolverOptions | undefined;
  udpMaxQueries?: number | undefined;
  queryTimeoutSeconds?: bigint | undefined;
  queryTries?: number | undefined;
  rotateNameservers: boolean;
  edns0MaxPayloadSize?: number | undefined;
  maxUdpChannelDuration?: Duration | undefined;
  reinitChannelOnTimeout: boolean;
  qcacheMaxTtl?: number | undefined;
};
