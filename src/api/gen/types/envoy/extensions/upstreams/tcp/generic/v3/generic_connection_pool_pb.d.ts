// Generated from envoy/extensions/upstreams/tcp/generic/v3/generic_connection_pool.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type GenericConnectionPoolProto = Message<"envoy.extensions.upstreams.tcp.generic.v3.GenericConnectionPoolProto"> & {
};
