// Generated from envoy/extensions/filters/network/direct_response/v3/config.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { DataSource } from "../../../../../config/core/v3/base_pb.js";
export declare type Config = Message<"envoy.extensions.filters.network.direct_response.v3.Config"> & {
  response?: DataSource | undefined;
};
