// Generated from envoy/extensions/tracers/opentelemetry/samplers/v3/trace_id_ratio_based_sampler.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { FractionalPercent } from "../../../../../type/v3/percent_pb.js";
export declare type TraceIdRatioBasedSamplerConfig = Message<"envoy.extensions.tracers.opentelemetry.samplers.v3.TraceIdRatioBasedSamplerConfig"> & {
  samplingPercentage?: FractionalPercent | undefined;
};
