// Generated from envoy/extensions/formatter/metadata/v3/metadata.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type Metadata = Message<"envoy.extensions.formatter.metadata.v3.Metadata"> & {
};
