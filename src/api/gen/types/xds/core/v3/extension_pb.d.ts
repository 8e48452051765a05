// Generated from xds/core/v3/extension.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
export declare type TypedExtensionConfig = Message<"xds.core.v3.TypedExtensionConfig"> & {
  name: string;
  typedConfig?: Any | undefined;
};
