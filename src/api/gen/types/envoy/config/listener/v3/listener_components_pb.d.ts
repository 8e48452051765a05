// Generated from envoy/config/listener/v3/listener_components.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Any, Duration } from "@bufbuild/protobuf/wkt";
import type { ExtensionConfigSource } from "../../core/v3/config_source_pb.js";
import type { CidrRange } from "../../core/v3/address_pb.js";
import type { Metadata, TransportSocket } from "../../core/v3/base_pb.js";
import type { Int32Range } from "../../../type/v3/range_pb.js";
export declare type Filter = Message<"envoy.config.listener.v3.Filter"> & {
  name: string;
  configType: {
    value: Any;
    case: "typedConfig";
  } | {
    value: ExtensionConfigSource;
    case: "configDiscovery";
  } | { case: undefined; value?: undefined };
};
export declare type FilterChainMatch = Message<"envoy.config.listener.v3.FilterChainMatch"> & {
  destinationPort?: number | undefined;
  prefixRanges: CidrRange[];
  addressSuffix: string;
  suffixLen?: number | undefined;
  directSourcePrefixRanges: CidrRange[];
  sourceType: FilterChainMatch_ConnectionSourceType;
  sourcePrefixRanges: CidrRange[];
  sourcePorts: number[];
  serverNames: string[];
  transportProtocol: string;
  applicationProtocols: string[];
};
export type FilterChainMatch_ConnectionSourceType = 0 | 1 | 2;
export declare type FilterChain = Message<"envoy.config.listener.v3.FilterChain"> & {
  filterChainMatch?: FilterChainMatch | undefined;
  filters: Filter[];
  useProxyProto?: boolean | undefined;
  metadata?: Metadata | undefined;
  transportSocket?: TransportSocket | undefined;
  transportSocketConnectTimeout?: Duration | undefined;
  name: string;
};
export declare type ListenerFilterChainMatchPredicate = Message<"envoy.config.listener.v3.ListenerFilterChainMatchPredicate"> & {
  rule: {
    value: ListenerFilterChainMatchPredicate_MatchSet;
    case: "orMatch";
  } | {
    value: ListenerFilterChainMatchPredicate_MatchSet;
    case: "andMatch";
  } | {
    value: ListenerFilterChainMatchPredicate;
    case: "notMatch";
  } | {
    value: boolean;
    case: "anyMatch";
  } | {
    value: Int32Range;
    case: "destinationPortRange";
  } | { case: undefined; value?: undefined };
};
export declare type ListenerFilterChainMatchPredicate_MatchSet = Message<"envoy.config.listener.v3.ListenerFilterChainMatchPredicate.MatchSet"> & {
  rules: ListenerFilterChainMatchPredicate[];
};
export declare type ListenerFilter = Message<"envoy.config.listener.v3.ListenerFilter"> & {
  name: string;
  configType: {
    value: Any;
    case: "typedConfig";
  } | {
    value: ExtensionConfigSource;
    case: "configDiscovery";
  } | { case: undefined; value?: undefined };
  filterDisabled?: ListenerFilterChainMatchPredicate | undefined;
};
