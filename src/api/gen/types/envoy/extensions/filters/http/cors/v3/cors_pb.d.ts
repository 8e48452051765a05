// Generated from envoy/extensions/filters/http/cors/v3/cors.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { StringMatcher } from "../../../../../type/matcher/v3/string_pb.js";
import type { RuntimeFractionalPercent } from "../../../../../config/core/v3/base_pb.js";
export declare type Cors = Message<"envoy.extensions.filters.http.cors.v3.Cors"> & {
};
export declare type CorsPolicy = Message<"envoy.extensions.filters.http.cors.v3.CorsPolicy"> & {
  allowOriginStringMatch: StringMatcher[];
  allowMethods: string;
  allowHeaders: string;
  exposeHeaders: string;
  maxAge: string;
  allowCredentials?: boolean | undefined;
  filterEnabled?: RuntimeFractionalPercent | undefined;
  shadowEnabled?: RuntimeFractionalPercent | undefined;
  allowPrivateNetworkAccess?: boolean | undefined;
  forwardNotMatchingPreflights?: boolean | undefined;
};
