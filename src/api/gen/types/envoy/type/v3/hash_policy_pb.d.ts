// Generated from envoy/type/v3/hash_policy.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type HashPolicy = Message<"envoy.type.v3.HashPolicy"> & {
  policySpecifier: {
    value: HashPolicy_SourceIp;
    case: "sourceIp";
  } | {
    value: HashPolicy_FilterState;
    case: "filterState";
  } | { case: undefined; value?: undefined };
};
export declare type HashPolicy_SourceIp = Message<"envoy.type.v3.HashPolicy.SourceIp"> & {
};
export declare type HashPolicy_FilterState = Message<"envoy.type.v3.HashPolicy.FilterState"> & {
  key: string;
};
