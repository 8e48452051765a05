// Generated from envoy/extensions/bootstrap/internal_listener/v3/internal_listener.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type InternalListener = Message<"envoy.extensions.bootstrap.internal_listener.v3.InternalListener"> & {
  bufferSizeKb?: number | undefined;
};
