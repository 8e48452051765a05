// Generated from envoy/extensions/compression/brotli/decompressor/v3/brotli.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type Brotli = Message<"envoy.extensions.compression.brotli.decompressor.v3.Brotli"> & {
  disableRingBufferReallocation: boolean;
  chunkSize?: number | undefined;
};
