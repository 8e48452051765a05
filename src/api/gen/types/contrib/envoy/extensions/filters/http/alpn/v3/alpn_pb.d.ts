// Generated from contrib/envoy/extensions/filters/http/alpn/v3/alpn.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type FilterConfig = Message<"istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig"> & {
  alpnOverride: FilterConfig_AlpnOverride[];
};
export declare type FilterConfig_AlpnOverride = Message<"istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig.AlpnOverride"> & {
  upstreamProtocol: FilterConfig_Protocol;
  alpnOverride: string[];
};
export type FilterConfig_Protocol = 0 | 1 | 2;
