// Generated from envoy/extensions/health_check/event_sinks/file/v3/file.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type HealthCheckEventFileSink = Message<"envoy.extensions.health_check.event_sinks.file.v3.HealthCheckEventFileSink"> & {
  eventLogPath: string;
};
