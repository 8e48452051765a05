// Generated from envoy/extensions/upstreams/http/http/v3/http_connection_pool.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type HttpConnectionPoolProto = Message<"envoy.extensions.upstreams.http.http.v3.HttpConnectionPoolProto"> & {
};
