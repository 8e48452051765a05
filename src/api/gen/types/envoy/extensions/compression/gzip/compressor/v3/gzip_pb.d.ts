// Generated from envoy/extensions/compression/gzip/compressor/v3/gzip.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type Gzip = Message<"envoy.extensions.compression.gzip.compressor.v3.Gzip"> & {
  memoryLevel?: number | undefined;
  compressionLevel: Gzip_CompressionLevel;
  compressionStrategy: Gzip_CompressionStrategy;
  windowBits?: number | undefined;
  chunkSize?: number | undefined;
};
export type Gzip_CompressionStrategy = 0 | 1 | 2 | 3 | 4;
export type Gzip_CompressionLevel = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
