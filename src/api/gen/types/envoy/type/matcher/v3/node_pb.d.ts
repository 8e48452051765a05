// Generated from envoy/type/matcher/v3/node.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { StringMatcher } from "./string_pb.js";
import type { StructMatcher } from "./struct_pb.js";
export declare type NodeMatcher = Message<"envoy.type.matcher.v3.NodeMatcher"> & {
  nodeId?: StringMatcher | undefined;
  nodeMetadatas: StructMatcher[];
};
