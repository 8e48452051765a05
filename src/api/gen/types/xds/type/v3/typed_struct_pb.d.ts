// Generated from xds/type/v3/typed_struct.proto by "npm run gen".

import type { JsonObject, Message } from "@bufbuild/protobuf";
export declare type TypedStruct = Message<"xds.type.v3.TypedStruct"> & {
  typeUrl: string;
  value?: JsonObject | undefined;
};
