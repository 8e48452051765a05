// Generated from google/rpc/status.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
export declare type Status = Message<"google.rpc.Status"> & {
  code: number;
  message: string;
  details: Any[];
};
