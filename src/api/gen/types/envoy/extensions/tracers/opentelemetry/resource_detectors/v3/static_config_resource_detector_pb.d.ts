// Generated from envoy/extensions/tracers/opentelemetry/resource_detectors/v3/static_config_resource_detector.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type StaticConfigResourceDetectorConfig = Message<"envoy.extensions.tracers.opentelemetry.resource_detectors.v3.StaticConfigResourceDetectorConfig"> & {
  attributes: { [key: string]: string };
};
