// Generated from envoy/config/core/v3/extension.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
export declare type TypedExtensionConfig = Message<"envoy.config.core.v3.TypedExtensionConfig"> & {
  name: string;
  typedConfig?: Any | undefined;
};
