// Generated from envoy/extensions/filters/http/dynamic_forward_proxy/v3/dynamic_forward_proxy.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { DnsCacheConfig } from "../../../../common/dynamic_forward_proxy/v3/dns_cache_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
export declare type FilterConfig = Message<"envoy.extensions.filters.http.dynamic_forward_proxy.v3.FilterConfig"> & {
  implementationSpecifier: {
    value: DnsCacheConfig;
    case: "dnsCacheConfig";
  } | {
    value: SubClusterConfig;
    case: "subClusterConfig";
  } | { case: undefined; value?: undefined };
  saveUpstreamAddress: boolean;
  allowDynamicHostFromFilterState: boolean;
};
export declare type PerRouteConfig = Message<"envoy.extensions.filters.http.dynamic_forward_proxy.v3.PerRouteConfig"> & {
  hostRewriteSpecifier: {
    value: string;
    case: "hostRewriteLiteral";
  } | {
    value: string;
    case: "hostRewriteHeader";
  } | { case: undefined; value?: undefined };
};
export declare type SubClusterConfig = Message<"envoy.extensions.filters.http.dynamic_forward_proxy.v3.SubClusterConfig"> & {
  clusterInitTimeout?: Duration | undefined;
};
