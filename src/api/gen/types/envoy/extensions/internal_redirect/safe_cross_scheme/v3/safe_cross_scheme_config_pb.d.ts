// Generated from envoy/extensions/internal_redirect/safe_cross_scheme/v3/safe_cross_scheme_config.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type SafeCrossSchemeConfig = Message<"envoy.extensions.internal_redirect.safe_cross_scheme.v3.SafeCrossSchemeConfig"> & {
};
