// Generated from envoy/config/core/v3/http_uri.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Duration } from "@bufbuild/protobuf/wkt";
export declare type HttpUri = Message<"envoy.config.core.v3.HttpUri"> & {
  uri: string;
  httpUpstreamType: {
    value: string;
    case: "cluster";
  } | { case: undefined; value?: undefined };
  timeout?: Duration | undefined;
};
