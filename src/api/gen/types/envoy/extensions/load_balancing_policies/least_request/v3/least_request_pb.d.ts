// Generated from envoy/extensions/load_balancing_policies/least_request/v3/least_request.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { RuntimeDouble } from "../../../../config/core/v3/base_pb.js";
import type { LocalityLbConfig, SlowStartConfig } from "../../common/v3/common_pb.js";
export declare type LeastRequest = Message<"envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest"> & {
  choiceCount?: number | undefined;
  activeRequestBias?: RuntimeDouble | undefined;
  slowStartConfig?: SlowStartConfig | undefined;
  localityLbConfig?: LocalityLbConfig | undefined;
  enableFullScan?: boolean | undefined;
  selectionMethod: LeastRequest_SelectionMethod;
};
export type LeastRequest_SelectionMethod = 0 | 1;
