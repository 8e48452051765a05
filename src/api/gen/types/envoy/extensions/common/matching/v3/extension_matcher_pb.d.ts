// Generated from envoy/extensions/common/matching/v3/extension_matcher.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Matcher } from "../../../../config/common/matcher/v3/matcher_pb.js";
import type { Matcher as Matcher$1 } from "../../../../../xds/type/matcher/v3/matcher_pb.js";
import type { TypedExtensionConfig } from "../../../../config/core/v3/extension_pb.js";
export declare type ExtensionWithMatcher = Message<"envoy.extensions.common.matching.v3.ExtensionWithMatcher"> & {
  matcher?: Matcher | undefined;
  xdsMatcher?: Matcher$1 | undefined;
  extensionConfig?: TypedExtensionConfig | undefined;
};
export declare type ExtensionWithMatcherPerRoute = Message<"envoy.extensions.common.matching.v3.ExtensionWithMatcherPerRoute"> & {
  xdsMatcher?: Matcher$1 | undefined;
};
