// Generated from envoy/extensions/common/dynamic_forward_proxy/v3/dns_cache.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Cluster_DnsLookupFamily, Cluster_RefreshRate } from "../../../../config/cluster/v3/cluster_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { DnsResolutionConfig } from "../../../../config/core/v3/resolver_pb.js";
import type { TypedExtensionConfig } from "../../../../config/core/v3/extension_pb.js";
import type { SocketAddress } from "../../../../config/core/v3/address_pb.js";
import type { KeyValueStoreConfig } from "../../../../config/common/key_value/v3/config_pb.js";
import type { AddressMatcher } from "../../../../type/matcher/v3/address_pb.js";
export declare type DnsCacheCircuitBreakers = Message<"envoy.extensions.common.dynamic_forward_proxy.v3.DnsCacheCircuitBreakers"> & {
  maxPendingRequests?: number | undefined;
};
export declare type DnsCacheConfig = Message<"envoy.extensions.common.dynamic_forward_proxy.v3.DnsCacheConfig"> & {
  name: string;
  dnsLookupFamily: Cluster_DnsLookupFamily;
  dnsRefreshRate?: Duration | undefined;
  dnsMinRefreshRate?: Duration | undefined;
  hostTtl?: Duration | undefined;
  maxHosts?: number | undefined;
  disableDnsRefreshOnFailure: boolean;
  dnsFailureRefreshRate?: Cluster_RefreshRate | undefined;
  dnsCacheCircuitBreaker?: DnsCacheCircuitBreakers | undefined;
  useTcpForDnsLookups: boolean;
  dnsResolutionConfig?: DnsResolutionConfig | undefined;
  typedDnsResolverConfig?: TypedExtensionConfig | undefined;
  preresolveHostnames: SocketAddress[];
  dnsQueryTimeout?: Duration | undefined;
  keyValueConfig?: KeyValueStoreConfig | undefined;
  resolvedAddressFilter?: AddressMatcher | undefined;
};
