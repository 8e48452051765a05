// Generated from udpa/type/v1/typed_struct.proto by "npm run gen".

import type { JsonObject, Message } from "@bufbuild/protobuf";
export declare type TypedStruct = Message<"udpa.type.v1.TypedStruct"> & {
  typeUrl: string;
  value?: JsonObject | undefined;
};
