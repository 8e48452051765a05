// Generated from envoy/service/route/v3/srds.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type SrdsDummy = Message<"envoy.service.route.v3.SrdsDummy"> & {
};
