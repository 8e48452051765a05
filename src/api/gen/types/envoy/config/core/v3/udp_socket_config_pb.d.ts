// Generated from envoy/config/core/v3/udp_socket_config.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type UdpSocketConfig = Message<"envoy.config.core.v3.UdpSocketConfig"> & {
  maxRxDatagramSize?: bigint | undefined;
  preferGro?: boolean | undefined;
};
