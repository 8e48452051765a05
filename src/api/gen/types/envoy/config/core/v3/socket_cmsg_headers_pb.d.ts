// Generated from envoy/config/core/v3/socket_cmsg_headers.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type SocketCmsgHeaders = Message<"envoy.config.core.v3.SocketCmsgHeaders"> & {
  level?: number | undefined;
  type?: number | undefined;
  expectedSize: number;
};
