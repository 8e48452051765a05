// Generated from xds/type/matcher/v3/domain.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Matcher_OnMatch } from "./matcher_pb.js";
export declare type ServerNameMatcher = Message<"xds.type.matcher.v3.ServerNameMatcher"> & {
  domainMatchers: ServerNameMatcher_DomainMatcher[];
};
export declare type ServerNameMatcher_DomainMatcher = Message<"xds.type.matcher.v3.ServerNameMatcher.DomainMatcher"> & {
  domains: string[];
  onMatch?: Matcher_OnMatch | undefined;
};
