// Generated from envoy/extensions/http/early_header_mutation/header_mutation/v3/header_mutation.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { HeaderMutation as HeaderMutation$1 } from "../../../../../config/common/mutation_rules/v3/mutation_rules_pb.js";
export declare type HeaderMutation = Message<"envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation"> & {
  mutations: HeaderMutation$1[];
};
