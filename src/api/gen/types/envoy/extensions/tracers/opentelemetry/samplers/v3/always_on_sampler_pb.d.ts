// Generated from envoy/extensions/tracers/opentelemetry/samplers/v3/always_on_sampler.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type AlwaysOnSamplerConfig = Message<"envoy.extensions.tracers.opentelemetry.samplers.v3.AlwaysOnSamplerConfig"> & {
};
