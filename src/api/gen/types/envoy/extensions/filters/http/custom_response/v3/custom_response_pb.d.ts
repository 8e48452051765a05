// Generated from envoy/extensions/filters/http/custom_response/v3/custom_response.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Matcher } from "../../../../../../xds/type/matcher/v3/matcher_pb.js";
export declare type CustomResponse = Message<"envoy.extensions.filters.http.custom_response.v3.CustomResponse"> & {
  customResponseMatcher?: Matcher | undefined;
};
