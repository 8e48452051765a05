// Generated from envoy/extensions/tracers/opentelemetry/resource_detectors/v3/dynatrace_resource_detector.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type DynatraceResourceDetectorConfig = Message<"envoy.extensions.tracers.opentelemetry.resource_detectors.v3.DynatraceResourceDetectorConfig"> & {
};
