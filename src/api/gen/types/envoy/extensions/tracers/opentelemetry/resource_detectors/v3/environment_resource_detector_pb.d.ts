// Generated from envoy/extensions/tracers/opentelemetry/resource_detectors/v3/environment_resource_detector.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type EnvironmentResourceDetectorConfig = Message<"envoy.extensions.tracers.opentelemetry.resource_detectors.v3.EnvironmentResourceDetectorConfig"> & {
};
