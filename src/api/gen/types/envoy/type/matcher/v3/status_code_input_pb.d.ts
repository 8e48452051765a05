// Generated from envoy/type/matcher/v3/status_code_input.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type HttpResponseStatusCodeMatchInput = Message<"envoy.type.matcher.v3.HttpResponseStatusCodeMatchInput"> & {
};
export declare type HttpResponseStatusCodeClassMatchInput = Message<"envoy.type.matcher.v3.HttpResponseStatusCodeClassMatchInput"> & {
};
export declare type HttpResponseLocalReplyMatchInput = Message<"envoy.type.matcher.v3.HttpResponseLocalReplyMatchInput"> & {
};
