// Generated from envoy/extensions/filters/http/composite/v3/composite.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Matcher } from "../../../../../../xds/type/matcher/v3/matcher_pb.js";
import type { TypedExtensionConfig } from "../../../../../config/core/v3/extension_pb.js";
import type { ExtensionConfigSource } from "../../../../../config/core/v3/config_source_pb.js";
import type { RuntimeFractionalPercent } from "../../../../../config/core/v3/base_pb.js";
export declare type Composite = Message<"envoy.extensions.filters.http.composite.v3.Composite"> & {
  namedFilterChains: { [key: string]: FilterChainConfiguration };
  matcher?: Matcher | undefined;
};
export declare type CompositePerRoute = Message<"envoy.extensions.filters.http.composite.v3.CompositePerRoute"> & {
  matcher?: Matcher | undefined;
};
export declare type FilterChainConfiguration = Message<"envoy.extensions.filters.http.composite.v3.FilterChainConfiguration"> & {
  typedConfig: TypedExtensionConfig[];
};
export declare type DynamicConfig = Message<"envoy.extensions.filters.http.composite.v3.DynamicConfig"> & {
  name: string;
  configDiscovery?: ExtensionConfigSource | undefined;
};
export declare type ExecuteFilterAction = Message<"envoy.extensions.filters.http.composite.v3.ExecuteFilterAction"> & {
  typedConfig?: TypedExtensionConfig | undefined;
  dynamicConfig?: DynamicConfig | undefined;
  filterChain?: FilterChainConfiguration | undefined;
  filterChainName: string;
  samplePercent?: RuntimeFractionalPercent | undefined;
};
