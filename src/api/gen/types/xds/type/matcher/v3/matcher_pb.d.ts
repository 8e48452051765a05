// Generated from xds/type/matcher/v3/matcher.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { TypedExtensionConfig } from "../../../core/v3/extension_pb.js";
import type { StringMatcher } from "./string_pb.js";
export declare type Matcher = Message<"xds.type.matcher.v3.Matcher"> & {
  matcherType: {
    value: Matcher_MatcherList;
    case: "matcherList";
  } | {
    value: Matcher_MatcherTree;
    case: "matcherTree";
  } | { case: undefined; value?: undefined };
  onNoMatch?: Matcher_OnMatch | undefined;
};
export declare type Matcher_OnMatch = Message<"xds.type.matcher.v3.Matcher.OnMatch"> & {
  onMatch: {
    value: Matcher;
    case: "matcher";
  } | {
    value: TypedExtensionConfig;
    case: "action";
  } | { case: undefined; value?: undefined };
  keepMatching: boolean;
};
export declare type Matcher_MatcherList = Message<"xds.type.matcher.v3.Matcher.MatcherList"> & {
  matchers: Matcher_MatcherList_FieldMatcher[];
};
export declare type Matcher_MatcherList_Predicate = Message<"xds.type.matcher.v3.Matcher.MatcherList.Predicate"> & {
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
export declare type Matcher_MatcherList_Predicate_SinglePredicate = Message<"xds.type.matcher.v3.Matcher.MatcherList.Predicate.SinglePredicate"> & {
  input?: TypedExtensionConfig | undefined;
  matcher: {
    value: StringMatcher;
    case: "valueMatch";
  } | {
    value: TypedExtensionConfig;
    case: "customMatch";
  } | { case: undefined; value?: undefined };
};
export declare type Matcher_MatcherList_Predicate_PredicateList = Message<"xds.type.matcher.v3.Matcher.MatcherList.Predicate.PredicateList"> & {
  predicate: Matcher_MatcherList_Predicate[];
};
export declare type Matcher_MatcherList_FieldMatcher = Message<"xds.type.matcher.v3.Matcher.MatcherList.FieldMatcher"> & {
  predicate?: Matcher_MatcherList_Predicate | undefined;
  onMatch?: Matcher_OnMatch | undefined;
};
export declare type Matcher_MatcherTree = Message<"xds.type.matcher.v3.Matcher.MatcherTree"> & {
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
export declare type Matcher_MatcherTree_MatchMap = Message<"xds.type.matcher.v3.Matcher.MatcherTree.MatchMap"> & {
  map: { [key: string]: Matcher_OnMatch };
};
