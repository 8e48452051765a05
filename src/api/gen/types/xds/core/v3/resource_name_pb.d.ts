// Generated from xds/core/v3/resource_name.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { ContextParams } from "./context_params_pb.js";
export declare type ResourceName = Message<"xds.core.v3.ResourceName"> & {
  id: string;
  authority: string;
  resourceType: string;
  context?: ContextParams | undefined;
};
