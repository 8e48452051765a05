// Generated from envoy/config/listener/v3/api_listener.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
export declare type ApiListener = Message<"envoy.config.listener.v3.ApiListener"> & {
  apiListener?: Any | undefined;
};
