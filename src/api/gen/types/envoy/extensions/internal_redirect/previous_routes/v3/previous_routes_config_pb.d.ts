// Generated from envoy/extensions/internal_redirect/previous_routes/v3/previous_routes_config.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type PreviousRoutesConfig = Message<"envoy.extensions.internal_redirect.previous_routes.v3.PreviousRoutesConfig"> & {
};
