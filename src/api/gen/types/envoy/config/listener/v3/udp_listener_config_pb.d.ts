// Generated from envoy/config/listener/v3/udp_listener_config.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { UdpSocketConfig } from "../../core/v3/udp_socket_config_pb.js";
import type { QuicProtocolOptions } from "./quic_config_pb.js";
import type { TypedExtensionConfig } from "../../core/v3/extension_pb.js";
export declare type UdpListenerConfig = Message<"envoy.config.listener.v3.UdpListenerConfig"> & {
  downstreamSocketConfig?: UdpSocketConfig | undefined;
  quicOptions?: QuicProtocolOptions | undefined;
  udpPacketPacketWriterConfig?: TypedExtensionConfig | undefined;
};
export declare type ActiveRawUdpListenerConfig = Message<"envoy.config.listener.v3.ActiveRawUdpListenerConfig"> & {
};
