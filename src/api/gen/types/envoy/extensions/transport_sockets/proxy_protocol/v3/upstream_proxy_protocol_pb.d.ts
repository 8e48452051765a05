// Generated from envoy/extensions/transport_sockets/proxy_protocol/v3/upstream_proxy_protocol.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { ProxyProtocolConfig } from "../../../../config/core/v3/proxy_protocol_pb.js";
import type { TransportSocket } from "../../../../config/core/v3/base_pb.js";
export declare type ProxyProtocolUpstreamTransport = Message<"envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport"> & {
  config?: ProxyProtocolConfig | undefined;
  transportSocket?: TransportSocket | undefined;
  allowUnspecifiedAddress: boolean;
  tlvAsPoolKey: boolean;
};
