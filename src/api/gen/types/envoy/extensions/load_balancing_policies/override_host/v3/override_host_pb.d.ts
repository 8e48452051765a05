// Generated from envoy/extensions/load_balancing_policies/override_host/v3/override_host.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { MetadataKey } from "../../../../type/metadata/v3/metadata_pb.js";
import type { LoadBalancingPolicy } from "../../../../config/cluster/v3/cluster_pb.js";
export declare type OverrideHost = Message<"envoy.extensions.load_balancing_policies.override_host.v3.OverrideHost"> & {
  overrideHostSources: OverrideHost_OverrideHostSource[];
  selectedHostKey?: MetadataKey | undefined;
  fallbackPolicy?: LoadBalancingPolicy | undefined;
};
export declare type OverrideHost_OverrideHostSource = Message<"envoy.extensions.load_balancing_policies.override_host.v3.OverrideHost.OverrideHostSource"> & {
  header: string;
  metadata?: MetadataKey | undefined;
};
