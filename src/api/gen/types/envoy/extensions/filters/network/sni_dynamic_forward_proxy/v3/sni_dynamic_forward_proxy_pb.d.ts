// Generated from envoy/extensions/filters/network/sni_dynamic_forward_proxy/v3/sni_dynamic_forward_proxy.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { DnsCacheConfig } from "../../../../common/dynamic_forward_proxy/v3/dns_cache_pb.js";
export declare type FilterConfig = Message<"envoy.extensions.filters.network.sni_dynamic_forward_proxy.v3.FilterConfig"> & {
  dnsCacheConfig?: DnsCacheConfig | undefined;
  portSpecifier: {
    value: number;
    case: "portValue";
  } | { case: undefined; value?: undefined };
  saveUpstreamAddress: boolean;
};
