// Generated from envoy/extensions/filters/network/rbac/v3/rbac.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { RBAC as RBAC$1 } from "../../../../../config/rbac/v3/rbac_pb.js";
import type { Matcher } from "../../../../../../xds/type/matcher/v3/matcher_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
export declare type RBAC = Message<"envoy.extensions.filters.network.rbac.v3.RBAC"> & {
  rules?: RBAC$1 | undefined;
  matcher?: Matcher | undefined;
  shadowRules?: RBAC$1 | undefined;
  shadowMatcher?: Matcher | undefined;
  shadowRulesStatPrefix: string;
  statPrefix: string;
  enforcementType: RBAC_EnforcementType;
  delayDeny?: Duration | undefined;
};
export type RBAC_EnforcementType = 0 | 1;
