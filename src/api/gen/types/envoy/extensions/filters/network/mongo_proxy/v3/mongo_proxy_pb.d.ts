// Generated from envoy/extensions/filters/network/mongo_proxy/v3/mongo_proxy.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { FaultDelay } from "../../../common/fault/v3/fault_pb.js";
export declare type MongoProxy = Message<"envoy.extensions.filters.network.mongo_proxy.v3.MongoProxy"> & {
  statPrefix: string;
  accessLog: string;
  delay?: FaultDelay | undefined;
  emitDynamicMetadata: boolean;
  commands: string[];
  maxBsonDepth?: number | undefined;
};
