// Generated from xds/core/v3/context_params.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type ContextParams = Message<"xds.core.v3.ContextParams"> & {
  params: { [key: string]: string };
};
