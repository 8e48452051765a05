// Generated from envoy/config/trace/v3/http_tracer.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
export declare type Tracing = Message<"envoy.config.trace.v3.Tracing"> & {
  http?: Tracing_Http | undefined;
};
export declare type Tracing_Http = Message<"envoy.config.trace.v3.Tracing.Http"> & {
  name: string;
  configType: {
    value: Any;
    case: "typedConfig";
  } | { case: undefined; value?: undefined };
};
