// Generated from envoy/extensions/filters/http/csrf/v3/csrf.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { RuntimeFractionalPercent } from "../../../../../config/core/v3/base_pb.js";
import type { StringMatcher } from "../../../../../type/matcher/v3/string_pb.js";
export declare type CsrfPolicy = Message<"envoy.extensions.filters.http.csrf.v3.CsrfPolicy"> & {
  filterEnabled?: RuntimeFractionalPercent | undefined;
  shadowEnabled?: RuntimeFractionalPercent | undefined;
  additionalOrigins: StringMatcher[];
};
