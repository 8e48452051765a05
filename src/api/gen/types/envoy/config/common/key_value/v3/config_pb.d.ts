// Generated from envoy/config/common/key_value/v3/config.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { TypedExtensionConfig } from "../../../core/v3/extension_pb.js";
export declare type KeyValueStoreConfig = Message<"envoy.config.common.key_value.v3.KeyValueStoreConfig"> & {
  config?: TypedExtensionConfig | undefined;
};
