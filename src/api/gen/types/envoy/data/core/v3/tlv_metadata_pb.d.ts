// Generated from envoy/data/core/v3/tlv_metadata.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type TlvsMetadata = Message<"envoy.data.core.v3.TlvsMetadata"> & {
  typedMetadata: { [key: string]: Uint8Array };
};
