// Generated from envoy/extensions/transport_sockets/tap/v3/tap.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { CommonExtensionConfig } from "../../../common/tap/v3/common_pb.js";
import type { TransportSocket } from "../../../../config/core/v3/base_pb.js";
export declare type Tap = Message<"envoy.extensions.transport_sockets.tap.v3.Tap"> & {
  commonConfig?: CommonExtensionConfig | undefined;
  transportSocket?: TransportSocket | undefined;
  socketTapConfig?: SocketTapConfig | undefined;
};
export declare type SocketTapConfig = Message<"envoy.extensions.transport_sockets.tap.v3.SocketTapConfig"> & {
  setConnectionPerEvent: boolean;
  statsPrefix: string;
};
