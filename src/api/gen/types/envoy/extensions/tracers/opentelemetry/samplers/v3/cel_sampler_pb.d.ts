// Generated from envoy/extensions/tracers/opentelemetry/samplers/v3/cel_sampler.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { CelExpression } from "../../../../../../xds/type/v3/cel_pb.js";
export declare type CELSamplerConfig = Message<"envoy.extensions.tracers.opentelemetry.samplers.v3.CELSamplerConfig"> & {
  expression?: CelExpression | undefined;
};
