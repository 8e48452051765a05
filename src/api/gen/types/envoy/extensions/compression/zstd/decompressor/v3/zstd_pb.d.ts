// Generated from envoy/extensions/compression/zstd/decompressor/v3/zstd.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { DataSource } from "../../../../../config/core/v3/base_pb.js";
export declare type Zstd = Message<"envoy.extensions.compression.zstd.decompressor.v3.Zstd"> & {
  dictionaries: DataSource[];
  chunkSize?: number | undefined;
};
