// Generated from xds/core/v3/cidr.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type CidrRange = Message<"xds.core.v3.CidrRange"> & {
  addressPrefix: string;
  prefixLen?: number | undefined;
};
