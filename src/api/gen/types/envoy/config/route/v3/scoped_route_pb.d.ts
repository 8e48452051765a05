// Generated from envoy/config/route/v3/scoped_route.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { RouteConfiguration } from "./route_pb.js";
export declare type ScopedRouteConfiguration = Message<"envoy.config.route.v3.ScopedRouteConfiguration"> & {
  onDemand: boolean;
  name: string;
  routeConfigurationName: string;
  routeConfiguration?: RouteConfiguration | undefined;
  key?: ScopedRouteConfiguration_Key | undefined;
};
export declare type ScopedRouteConfiguration_Key = Message<"envoy.config.route.v3.ScopedRouteConfiguration.Key"> & {
  fragments: ScopedRouteConfiguration_Key_Fragment[];
};
export declare type ScopedRouteConfiguration_Key_Fragment = Message<"envoy.config.route.v3.ScopedRouteConfiguration.Key.Fragment"> & {
  type: {
    value: string;
    case: "stringKey";
  } | { case: undefined; value?: undefined };
};
