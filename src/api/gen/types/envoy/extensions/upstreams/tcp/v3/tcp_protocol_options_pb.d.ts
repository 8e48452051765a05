// Generated from envoy/extensions/upstreams/tcp/v3/tcp_protocol_options.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Duration } from "@bufbuild/protobuf/wkt";
export declare type TcpProtocolOptions = Message<"envoy.extensions.upstreams.tcp.v3.TcpProtocolOptions"> & {
  idleTimeout?: Duration | undefined;
};
