// Generated from envoy/service/route/v3/rds.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type RdsDummy = Message<"envoy.service.route.v3.RdsDummy"> & {
};
