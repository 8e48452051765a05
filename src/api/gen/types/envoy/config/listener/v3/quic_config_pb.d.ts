// Generated from envoy/config/listener/v3/quic_config.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { QuicProtocolOptions as QuicProtocolOptions$1 } from "../../core/v3/protocol_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { RuntimeFeatureFlag } from "../../core/v3/base_pb.js";
import type { TypedExtensionConfig } from "../../core/v3/extension_pb.js";
import type { SocketCmsgHeaders } from "../../core/v3/socket_cmsg_headers_pb.js";
export declare type QuicProtocolOptions = Message<"envoy.config.listener.v3.QuicProtocolOptions"> & {
  quicProtocolOptions?: QuicProtocolOptions$1 | undefined;
  idleTimeout?: Duration | undefined;
  cryptoHandshakeTimeout?: Duration | undefined;
  enabled?: RuntimeFeatureFlag | undefined;
  packetsToReadToConnectionCountRatio?: number | undefined;
  cryptoStreamConfig?: TypedExtensionConfig | undefined;
  proofSourceConfig?: TypedExtensionConfig | undefined;
  connectionIdGeneratorConfig?: TypedExtensionConfig | undefined;
  serverPreferredAddressConfig?: TypedExtensionConfig | undefined;
  sendDisableActiveMigration?: boolean | undefined;
  connectionDebugVisitorConfig?: TypedExtensionConfig | undefined;
  saveCmsgConfig: SocketCmsgHeaders[];
  rejectNewConnections: boolean;
  maxSessionsPerEventLoop?: number | undefined;
};
