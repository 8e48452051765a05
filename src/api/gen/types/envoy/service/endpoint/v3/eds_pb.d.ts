// Generated from envoy/service/endpoint/v3/eds.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type EdsDummy = Message<"envoy.service.endpoint.v3.EdsDummy"> & {
};
