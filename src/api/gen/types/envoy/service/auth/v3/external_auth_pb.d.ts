// Generated from envoy/service/auth/v3/external_auth.proto by "npm run gen".

import type { JsonObject, Message } from "@bufbuild/protobuf";
import type { AttributeContext } from "./attribute_context_pb.js";
import type { HttpStatus } from "../../../type/v3/http_status_pb.js";
import type { HeaderValueOption, QueryParameter } from "../../../config/core/v3/base_pb.js";
import type { Status } from "../../../../google/rpc/status_pb.js";
export declare type CheckRequest = Message<"envoy.service.auth.v3.CheckRequest"> & {
  attributes?: AttributeContext | undefined;
};
export declare type DeniedHttpResponse = Message<"envoy.service.auth.v3.DeniedHttpResponse"> & {
  status?: HttpStatus | undefined;
  headers: HeaderValueOption[];
  body: string;
};
export declare type OkHttpResponse = Message<"envoy.service.auth.v3.OkHttpResponse"> & {
  headers: HeaderValueOption[];
  headersToRemove: string[];
  dynamicMetadata?: JsonObject | undefined;
  responseHeadersToAdd: HeaderValueOption[];
  queryParametersToSet: QueryParameter[];
  queryParametersToRemove: string[];
};
export declare type CheckResponse = Message<"envoy.service.auth.v3.CheckResponse"> & {
  status?: Status | undefined;
  httpResponse: {
    value: DeniedHttpResponse;
    case: "deniedResponse";
  } | {
    value: OkHttpResponse;
    case: "okResponse";
  } | {
    value: DeniedHttpResponse;
    case: "errorResponse";
  } | { case: undefined; value?: undefined };
  dynamicMetadata?: JsonObject | undefined;
};
