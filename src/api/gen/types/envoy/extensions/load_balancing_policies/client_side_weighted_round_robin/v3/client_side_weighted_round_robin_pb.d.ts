// Generated from envoy/extensions/load_balancing_policies/client_side_weighted_round_robin/v3/client_side_weighted_round_robin.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { OrcaOobReportingConfig, SlowStartConfig } from "../../common/v3/common_pb.js";
export declare type ClientSideWeightedRoundRobin = Message<"envoy.extensions.load_balancing_policies.client_side_weighted_round_robin.v3.ClientSideWeightedRoundRobin"> & {
  enableOobLoadReport?: boolean | undefined;
  oobReportingPeriod?: Duration | undefined;
  blackoutPeriod?: Duration | undefined;
  weightExpirationPeriod?: Duration | undefined;
  weightUpdatePeriod?: Duration | undefined;
  errorUtilizationPenalty?: number | undefined;
  metricNamesForComputingUtilization: string[];
  slowStartConfig?: SlowStartConfig | undefined;
  oobReportingConfig?: OrcaOobReportingConfig | undefined;
};
