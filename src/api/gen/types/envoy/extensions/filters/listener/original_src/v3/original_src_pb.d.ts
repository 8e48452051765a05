// Generated from envoy/extensions/filters/listener/original_src/v3/original_src.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type OriginalSrc = Message<"envoy.extensions.filters.listener.original_src.v3.OriginalSrc"> & {
  bindPort: boolean;
  mark: number;
};
