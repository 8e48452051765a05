// Generated from envoy/extensions/compression/gzip/decompressor/v3/gzip.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type Gzip = Message<"envoy.extensions.compression.gzip.decompressor.v3.Gzip"> & {
  windowBits?: number | undefined;
  chunkSize?: number | undefined;
  maxInflateRatio?: number | undefined;
};
