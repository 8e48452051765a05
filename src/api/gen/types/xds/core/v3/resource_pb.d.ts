// Generated from xds/core/v3/resource.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { ResourceName } from "./resource_name_pb.js";
import type { Any } from "@bufbuild/protobuf/wkt";
export declare type Resource = Message<"xds.core.v3.Resource"> & {
  name?: ResourceName | undefined;
  version: string;
  resource?: Any | undefined;
};
