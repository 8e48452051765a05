// Generated from envoy/extensions/tracers/opentelemetry/samplers/v3/dynatrace_sampler.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { HttpService } from "../../../../../config/core/v3/http_service_pb.js";
export declare type DynatraceSamplerConfig = Message<"envoy.extensions.tracers.opentelemetry.samplers.v3.DynatraceSamplerConfig"> & {
  tenant: string;
  clusterId: number;
  httpService?: HttpService | undefined;
  rootSpansPerMinute: number;
};
