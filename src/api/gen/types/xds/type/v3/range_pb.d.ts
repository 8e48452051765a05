// Generated from xds/type/v3/range.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type Int64Range = Message<"xds.type.v3.Int64Range"> & {
  start: bigint;
  end: bigint;
};
export declare type Int32Range = Message<"xds.type.v3.Int32Range"> & {
  start: number;
  end: number;
};
export declare type DoubleRange = Message<"xds.type.v3.DoubleRange"> & {
  start: number;
  end: number;
};
