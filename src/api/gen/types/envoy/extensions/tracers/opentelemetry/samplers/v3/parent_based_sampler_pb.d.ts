// Generated from envoy/extensions/tracers/opentelemetry/samplers/v3/parent_based_sampler.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { TypedExtensionConfig } from "../../../../../config/core/v3/extension_pb.js";
export declare type ParentBasedSamplerConfig = Message<"envoy.extensions.tracers.opentelemetry.samplers.v3.ParentBasedSamplerConfig"> & {
  wrappedSampler?: TypedExtensionConfig | undefined;
};
