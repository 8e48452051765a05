// Generated from envoy/extensions/compression/zstd/compressor/v3/zstd.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { DataSource } from "../../../../../config/core/v3/base_pb.js";
export declare type Zstd = Message<"envoy.extensions.compression.zstd.compressor.v3.Zstd"> & {
  compressionLevel?: number | undefined;
  enableChecksum: boolean;
  strategy: Zstd_Strategy;
  dictionary?: DataSource | undefined;
  chunkSize?: number | undefined;
};
export type Zstd_Strategy = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
