// Generated from envoy/extensions/clusters/dns/v3/dns_cluster.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { TypedExtensionConfig } from "../../../../config/core/v3/extension_pb.js";
import type { DnsLookupFamily } from "../../common/dns/v3/dns_pb.js";
export declare type DnsCluster = Message<"envoy.extensions.clusters.dns.v3.DnsCluster"> & {
  dnsRefreshRate?: Duration | undefined;
  dnsFailureRefreshRate?: DnsCluster_RefreshRate | undefined;
  respectDnsTtl: boolean;
  dnsJitter?: Duration | undefined;
  typedDnsResolverConfig?: TypedExtensionConfig | undefined;
  dnsLookupFamily: DnsLookupFamily;
  allAddressesInSingleEndpoint: boolean;
  dnsMinRefreshRate?: Duration | undefined;
};
export declare type DnsCluster_RefreshRate = Message<"envoy.extensions.clusters.dns.v3.DnsCluster.RefreshRate"> & {
  baseInterval?: Duration | undefined;
  maxInterval?: Duration | undefined;
};
