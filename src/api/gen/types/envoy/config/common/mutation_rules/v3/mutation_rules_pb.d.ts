// Generated from envoy/config/common/mutation_rules/v3/mutation_rules.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { RegexMatcher } from "../../../../type/matcher/v3/regex_pb.js";
import type { HeaderValueOption } from "../../../core/v3/base_pb.js";
import type { StringMatcher } from "../../../../type/matcher/v3/string_pb.js";
export declare type HeaderMutationRules = Message<"envoy.config.common.mutation_rules.v3.HeaderMutationRules"> & {
  allowAllRouting?: boolean | undefined;
  allowEnvoy?: boolean | undefined;
  disallowSystem?: boolean | undefined;
  disallowAll?: boolean | undefined;
  allowExpression?: RegexMatcher | undefined;
  disallowExpression?: RegexMatcher | undefined;
  disallowIsError?: boolean | undefined;
};
export declare type HeaderMutation = Message<"envoy.config.common.mutation_rules.v3.HeaderMutation"> & {
  action: {
    value: string;
    case: "remove";
  } | {
    value: HeaderValueOption;
    case: "append";
  } | {
    value: HeaderMutation_RemoveOnMatch;
    case: "removeOnMatch";
  } | { case: undefined; value?: undefined };
};
export declare type HeaderMutation_RemoveOnMatch = Message<"envoy.config.common.mutation_rules.v3.HeaderMutation.RemoveOnMatch"> & {
  keyMatcher?: StringMatcher | undefined;
};
