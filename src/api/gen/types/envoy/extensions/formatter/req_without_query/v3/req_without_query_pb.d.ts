// Generated from envoy/extensions/formatter/req_without_query/v3/req_without_query.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type ReqWithoutQuery = Message<"envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery"> & {
};
