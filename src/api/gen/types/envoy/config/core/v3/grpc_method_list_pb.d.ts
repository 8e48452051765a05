// Generated from envoy/config/core/v3/grpc_method_list.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type GrpcMethodList = Message<"envoy.config.core.v3.GrpcMethodList"> & {
  services: GrpcMethodList_Service[];
};
export declare type GrpcMethodList_Service = Message<"envoy.config.core.v3.GrpcMethodList.Service"> & {
  name: string;
  methodNames: string[];
};
