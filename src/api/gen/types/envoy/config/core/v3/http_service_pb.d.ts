// Generated from envoy/config/core/v3/http_service.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { HttpUri } from "./http_uri_pb.js";
import type { HeaderValueOption } from "./base_pb.js";
import type { TypedExtensionConfig } from "./extension_pb.js";
export declare type HttpService = Message<"envoy.config.core.v3.HttpService"> & {
  httpUri?: HttpUri | undefined;
  requestHeadersToAdd: HeaderValueOption[];
  formatters: TypedExtensionConfig[];
};
