// Generated from envoy/extensions/filters/http/grpc_web/v3/grpc_web.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type GrpcWeb = Message<"envoy.extensions.filters.http.grpc_web.v3.GrpcWeb"> & {
};
