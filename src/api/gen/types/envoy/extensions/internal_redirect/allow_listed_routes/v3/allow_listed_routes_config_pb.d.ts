// Generated from envoy/extensions/internal_redirect/allow_listed_routes/v3/allow_listed_routes_config.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type AllowListedRoutesConfig = Message<"envoy.extensions.internal_redirect.allow_listed_routes.v3.AllowListedRoutesConfig"> & {
  allowedRouteNames: string[];
};
