// Generated from envoy/extensions/filters/http/set_metadata/v3/set_metadata.proto by "npm run gen".

import type { JsonObject, Message } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
export declare type Metadata = Message<"envoy.extensions.filters.http.set_metadata.v3.Metadata"> & {
  metadataNamespace: string;
  allowOverwrite: boolean;
  value?: JsonObject | undefined;
  typedValue?: Any | undefined;
};
export declare type Config = Message<"envoy.extensions.filters.http.set_metadata.v3.Config"> & {
  metadataNamespace: string;
  value?: JsonObject | undefined;
  metadata: Metadata[];
};
