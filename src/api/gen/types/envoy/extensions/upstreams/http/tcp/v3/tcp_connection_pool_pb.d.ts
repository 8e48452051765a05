// Generated from envoy/extensions/upstreams/http/tcp/v3/tcp_connection_pool.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type TcpConnectionPoolProto = Message<"envoy.extensions.upstreams.http.tcp.v3.TcpConnectionPoolProto"> & {
};
