// Generated from envoy/extensions/filters/listener/original_dst/v3/original_dst.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type OriginalDst = Message<"envoy.extensions.filters.listener.original_dst.v3.OriginalDst"> & {
};
