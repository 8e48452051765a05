// Generated from envoy/extensions/filters/http/admission_control/v3/admission_control.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { RuntimeDouble, RuntimeFeatureFlag, RuntimePercent, RuntimeUInt32 } from "../../../../../config/core/v3/base_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { Int32Range } from "../../../../../type/v3/range_pb.js";
export declare type AdmissionControl = Message<"envoy.extensions.filters.http.admission_control.v3.AdmissionControl"> & {
  enabled?: RuntimeFeatureFlag | undefined;
  evaluationCriteria: {
    value: AdmissionControl_SuccessCriteria;
    case: "successCriteria";
  } | { case: undefined; value?: undefined };
  samplingWindow?: Duration | undefined;
  aggression?: RuntimeDouble | undefined;
  srThreshold?: RuntimePercent | undefined;
  rpsThreshold?: RuntimeUInt32 | undefined;
  maxRejectionProbability?: RuntimePercent | undefined;
};
export declare type AdmissionControl_SuccessCriteria = Message<"envoy.extensions.filters.http.admission_control.v3.AdmissionControl.SuccessCriteria"> & {
  httpCriteria?: AdmissionControl_SuccessCriteria_HttpCriteria | undefined;
  grpcCriteria?: AdmissionControl_SuccessCriteria_GrpcCriteria | undefined;
};
export declare type AdmissionControl_SuccessCriteria_HttpCriteria = Message<"envoy.extensions.filters.http.admission_control.v3.AdmissionControl.SuccessCriteria.HttpCriteria"> & {
  httpSuccessStatus: Int32Range[];
};
export declare type AdmissionControl_SuccessCriteria_GrpcCriteria = Message<"envoy.extensions.filters.http.admission_control.v3.AdmissionControl.SuccessCriteria.GrpcCriteria"> & {
  grpcSuccessStatus: number[];
};
