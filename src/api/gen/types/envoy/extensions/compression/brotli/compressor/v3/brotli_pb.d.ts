// Generated from envoy/extensions/compression/brotli/compressor/v3/brotli.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type Brotli = Message<"envoy.extensions.compression.brotli.compressor.v3.Brotli"> & {
  quality?: number | undefined;
  encoderMode: Brotli_EncoderMode;
  windowBits?: number | undefined;
  inputBlockBits?: number | undefined;
  chunkSize?: number | undefined;
  disableLiteralContextModeling: boolean;
};
export type Brotli_EncoderMode = 0 | 1 | 2 | 3;
