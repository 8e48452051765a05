// Generated from xds/core/v3/authority.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type Authority = Message<"xds.core.v3.Authority"> & {
  name: string;
};
