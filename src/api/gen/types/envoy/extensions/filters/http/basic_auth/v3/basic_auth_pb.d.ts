// Generated from envoy/extensions/filters/http/basic_auth/v3/basic_auth.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { DataSource } from "../../../../../config/core/v3/base_pb.js";
export declare type BasicAuth = Message<"envoy.extensions.filters.http.basic_auth.v3.BasicAuth"> & {
  users?: DataSource | undefined;
  forwardUsernameHeader: string;
  authenticationHeader: string;
  allowMissing: boolean;
  emitDynamicMetadata: boolean;
  realm: string;
};
export declare type BasicAuthPerRoute = Message<"envoy.extensions.filters.http.basic_auth.v3.BasicAuthPerRoute"> & {
  users?: DataSource | undefined;
  realm: string;
};
