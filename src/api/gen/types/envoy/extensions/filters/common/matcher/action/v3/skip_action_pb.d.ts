// Generated from envoy/extensions/filters/common/matcher/action/v3/skip_action.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type SkipFilter = Message<"envoy.extensions.filters.common.matcher.action.v3.SkipFilter"> & {
};
