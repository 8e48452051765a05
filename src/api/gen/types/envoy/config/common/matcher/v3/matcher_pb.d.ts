// Generated from envoy/config/common/matcher/v3/matcher.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { TypedExtensionConfig } from "../../../core/v3/extension_pb.js";
import type { StringMatcher } from "../../../../type/matcher/v3/string_pb.js";
import type { HeaderMatcher } from "../../../route/v3/route_components_pb.js";
export declare type Matcher = Message<"envoy.config.common.matcher.v3.Matcher"> & {
  matcherType: {
    value: Matcher_MatcherList;
    case: "matcherList";
  } | {
    value: Matcher_MatcherTree;
    case: "matcherTree";
  } | { case: undefined; value?: undefined };
  onNoMatch?: Matcher_OnMatch | undefined;
};
export declare type Matcher_OnMatch = Message<"envoy.config.common.matcher.v3.Matcher.OnMatch"> & {
  onMatch: {
    value: Matcher;
    case: "matcher";
  } | {
    value: TypedExtensionConfig;
    case: "action";
  } | { case: undefined; value?: undefined };
  keepMatching: boolean;
};
export declare type Matcher_MatcherList = Message<"envoy.config.common.matcher.v3.Matcher.MatcherList"> & {
  matchers: Matcher_MatcherList_FieldMatcher[];
};
export declare type Matcher_MatcherList_Predicate = Message<"envoy.config.common.matcher.v3.Matcher.MatcherList.Predicate"> & {
  matchType: {
    value: Matcher_MatcherList_Predicate_SinglePredicate;
    case: "singlePredicate";
  } | {
    value: Matcher_MatcherList_Predicate_PredicateList;
    case: "orMatcher";
  } | {
    value: Matcher_MatcherList_Predicate_PredicateList;
    case: "andMatcher";
  } | {
    value: Matcher_MatcherList_Predicate;
    case: "notMatcher";
  } | { case: undefined; value?: undefined };
};
export declare type Matcher_MatcherList_Predicate_SinglePredicate = Message<"envoy.config.common.matcher.v3.Matcher.MatcherList.Predicate.SinglePredicate"> & {
  input?: TypedExtensionConfig | undefined;
  matcher: {
    value: StringMatcher;
    case: "valueMatch";
  } | {
    value: TypedExtensionConfig;
    case: "customMatch";
  } | { case: undefined; value?: undefined };
};
export declare type Matcher_MatcherList_Predicate_PredicateList = Message<"envoy.config.common.matcher.v3.Matcher.MatcherList.Predicate.PredicateList"> & {
  predicate: Matcher_MatcherList_Predicate[];
};
export declare type Matcher_MatcherList_FieldMatcher = Message<"envoy.config.common.matcher.v3.Matcher.MatcherList.FieldMatcher"> & {
  predicate?: Matcher_MatcherList_Predicate | undefined;
  onMatch?: Matcher_OnMatch | undefined;
};
export declare type Matcher_MatcherTree = Message<"envoy.config.common.matcher.v3.Matcher.MatcherTree"> & {
  input?: TypedExtensionConfig | undefined;
  treeType: {
    value: Matcher_MatcherTree_MatchMap;
    case: "exactMatchMap";
  } | {
    value: Matcher_MatcherTree_MatchMap;
    case: "prefixMatchMap";
  } | {
    value: TypedExtensionConfig;
    case: "customMatch";
  } | { case: undefined; value?: undefined };
};
export declare type Matcher_MatcherTree_MatchMap = Message<"envoy.config.common.matcher.v3.Matcher.MatcherTree.MatchMap"> & {
  map: { [key: string]: Matcher_OnMatch };
};
export declare type MatchPredicate = Message<"envoy.config.common.matcher.v3.MatchPredicate"> & {
  rule: {
    value: MatchPredicate_MatchSet;
    case: "orMatch";
  } | {
    value: MatchPredicate_MatchSet;
    case: "andMatch";
  } | {
    value: MatchPredicate;
    case: "notMatch";
  } | {
    value: boolean;
    case: "anyMatch";
  } | {
    value: HttpHeadersMatch;
    case: "httpRequestHeadersMatch";
  } | {
    value: HttpHeadersMatch;
    case: "httpRequestTrailersMatch";
  } | {
    value: HttpHeadersMatch;
    case: "httpResponseHeadersMatch";
  } | {
    value: HttpHeadersMatch;
    case: "httpResponseTrailersMatch";
  } | {
    value: HttpGenericBodyMatch;
    case: "httpRequestGenericBodyMatch";
  } | {
    value: HttpGenericBodyMatch;
    case: "httpResponseGenericBodyMatch";
  } | { case: undefined; value?: undefined };
};
export declare type MatchPredicate_MatchSet = Message<"envoy.config.common.matcher.v3.MatchPredicate.MatchSet"> & {
  rules: MatchPredicate[];
};
export declare type HttpHeadersMatch = Message<"envoy.config.common.matcher.v3.HttpHeadersMatch"> & {
  headers: HeaderMatcher[];
};
export declare type HttpGenericBodyMatch = Message<"envoy.config.common.matcher.v3.HttpGenericBodyMatch"> & {
  bytesLimit: number;
  patterns: HttpGenericBodyMatch_GenericTextMatch[];
};
export declare type HttpGenericBodyMatch_GenericTextMatch = Message<"envoy.config.common.matcher.v3.HttpGenericBodyMatch.GenericTextMatch"> & {
  rule: {
    value: string;
    case: "stringMatch";
  } | {
    value: Uint8Array;
    case: "binaryMatch";
  } | { case: undefined; value?: undefined };
};
