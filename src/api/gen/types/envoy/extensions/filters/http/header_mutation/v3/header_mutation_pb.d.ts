// Generated from envoy/extensions/filters/http/header_mutation/v3/header_mutation.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { HeaderMutation as HeaderMutation$1 } from "../../../../../config/common/mutation_rules/v3/mutation_rules_pb.js";
import type { KeyValueMutation } from "../../../../../config/core/v3/base_pb.js";
import type { TypedExtensionConfig } from "../../../../../config/core/v3/extension_pb.js";
export declare type Mutations = Message<"envoy.extensions.filters.http.header_mutation.v3.Mutations"> & {
  requestMutations: HeaderMutation$1[];
  queryParameterMutations: KeyValueMutation[];
  responseMutations: HeaderMutation$1[];
  responseTrailersMutations: HeaderMutation$1[];
  requestTrailersMutations: HeaderMutation$1[];
  formatters: TypedExtensionConfig[];
};
export declare type HeaderMutationPerRoute = Message<"envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute"> & {
  mutations?: Mutations | undefined;
};
export declare type HeaderMutation = Message<"envoy.extensions.filters.http.header_mutation.v3.HeaderMutation"> & {
  mutations?: Mutations | undefined;
  mostSpecificHeaderMutationsWins: boolean;
};
