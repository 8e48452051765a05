// Generated from envoy/extensions/load_balancing_policies/common/v3/common.proto by "npm run gen".

import type { JsonObject, Message } from "@bufbuild/protobuf";
import type { Percent } from "../../../../type/v3/percent_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { RuntimeDouble } from "../../../../config/core/v3/base_pb.js";
import type { RouteAction_HashPolicy } from "../../../../config/route/v3/route_components_pb.js";
export declare type LocalityLbConfig = Message<"envoy.extensions.load_balancing_policies.common.v3.LocalityLbConfig"> & {
  localityConfigSpecifier: {
    value: LocalityLbConfig_ZoneAwareLbConfig;
    case: "zoneAwareLbConfig";
  } | {
    value: LocalityLbConfig_LocalityWeightedLbConfig;
    case: "localityWeightedLbConfig";
  } | { case: undefined; value?: undefined };
};
export declare type LocalityLbConfig_ZoneAwareLbConfig = Message<"envoy.extensions.load_balancing_policies.common.v3.LocalityLbConfig.ZoneAwareLbConfig"> & {
  routingEnabled?: Percent | undefined;
  minClusterSize?: bigint | undefined;
  failTrafficOnPanic: boolean;
  forceLocalityDirectRouting: boolean;
  forceLocalZone?: LocalityLbConfig_ZoneAwareLbConfig_ForceLocalZone | undefined;
  localityBasis: LocalityLbConfig_ZoneAwareLbConfig_LocalityBasis;
};
export declare type LocalityLbConfig_ZoneAwareLbConfig_ForceLocalZone = Message<"envoy.extensions.load_balancing_policies.common.v3.LocalityLbConfig.ZoneAwareLbConfig.ForceLocalZone"> & {
  minSize?: number | undefined;
};
export type LocalityLbConfig_ZoneAwareLbConfig_LocalityBasis = 0 | 1;
export declare type LocalityLbConfig_LocalityWeightedLbConfig = Message<"envoy.extensions.load_balancing_policies.common.v3.LocalityLbConfig.LocalityWeightedLbConfig"> & {
};
export declare type SlowStartConfig = Message<"envoy.extensions.load_balancing_policies.common.v3.SlowStartConfig"> & {
  slowStartWindow?: Duration | undefined;
  aggression?: RuntimeDouble | undefined;
  minWeightPercent?: Percent | undefined;
};
export declare type ConsistentHashingLbConfig = Message<"envoy.extensions.load_balancing_policies.common.v3.ConsistentHashingLbConfig"> & {
  useHostnameForHashing: boolean;
  hashBalanceFactor?: number | undefined;
  hashPolicy: RouteAction_HashPolicy[];
};
export declare type OrcaOobReportingConfig = Message<"envoy.extensions.load_balancing_policies.common.v3.OrcaOobReportingConfig"> & {
  portValue: number;
  authority: string;
  transportSocketMatchCriteria?: JsonObject | undefined;
};
