// Generated from xds/type/matcher/v3/regex.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type RegexMatcher = Message<"xds.type.matcher.v3.RegexMatcher"> & {
  engineType: {
    value: RegexMatcher_GoogleRE2;
    case: "googleRe2";
  } | { case: undefined; value?: undefined };
  regex: string;
};
export declare type RegexMatcher_GoogleRE2 = Message<"xds.type.matcher.v3.RegexMatcher.GoogleRE2"> & {
};
