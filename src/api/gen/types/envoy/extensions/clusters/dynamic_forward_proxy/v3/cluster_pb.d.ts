// Generated from envoy/extensions/clusters/dynamic_forward_proxy/v3/cluster.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { DnsCacheConfig } from "../../../common/dynamic_forward_proxy/v3/dns_cache_pb.js";
import type { Cluster_LbPolicy } from "../../../../config/cluster/v3/cluster_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { SocketAddress } from "../../../../config/core/v3/address_pb.js";
import type { DnsCluster } from "../../dns/v3/dns_cluster_pb.js";
export declare type ClusterConfig = Message<"envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig"> & {
  clusterImplementationSpecifier: {
    value: DnsCacheConfig;
    case: "dnsCacheConfig";
  } | {
    value: SubClustersConfig;
    case: "subClustersConfig";
  } | { case: undefined; value?: undefined };
  allowInsecureClusterOptions: boolean;
  allowCoalescedConnections: boolean;
};
export declare type SubClustersConfig = Message<"envoy.extensions.clusters.dynamic_forward_proxy.v3.SubClustersConfig"> & {
  lbPolicy: Cluster_LbPolicy;
  maxSubClusters?: number | undefined;
  subClusterTtl?: Duration | undefined;
  preresolveClusters: SocketAddress[];
  dnsClusterConfig?: DnsCluster | undefined;
};
