// Generated from envoy/extensions/filters/http/rbac/v3/rbac.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { RBAC as RBAC$1 } from "../../../../../config/rbac/v3/rbac_pb.js";
import type { Matcher } from "../../../../../../xds/type/matcher/v3/matcher_pb.js";
export declare type RBAC = Message<"envoy.extensions.filters.http.rbac.v3.RBAC"> & {
  rules?: RBAC$1 | undefined;
  rulesStatPrefix: string;
  matcher?: Matcher | undefined;
  shadowRules?: RBAC$1 | undefined;
  shadowMatcher?: Matcher | undefined;
  shadowRulesStatPrefix: string;
  trackPerRuleStats: boolean;
};
export declare type RBACPerRoute = Message<"envoy.extensions.filters.http.rbac.v3.RBACPerRoute"> & {
  rbac?: RBAC | undefined;
};
