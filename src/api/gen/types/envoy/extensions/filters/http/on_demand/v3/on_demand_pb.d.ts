// Generated from envoy/extensions/filters/http/on_demand/v3/on_demand.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { ConfigSource } from "../../../../../config/core/v3/config_source_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
export declare type OnDemandCds = Message<"envoy.extensions.filters.http.on_demand.v3.OnDemandCds"> & {
  source?: ConfigSource | undefined;
  resourcesLocator: string;
  timeout?: Duration | undefined;
};
export declare type OnDemand = Message<"envoy.extensions.filters.http.on_demand.v3.OnDemand"> & {
  odcds?: OnDemandCds | undefined;
};
export declare type PerRouteConfig = Message<"envoy.extensions.filters.http.on_demand.v3.PerRouteConfig"> & {
  odcds?: OnDemandCds | undefined;
};
