// Generated from envoy/type/v3/semantic_version.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type SemanticVersion = Message<"envoy.type.v3.SemanticVersion"> & {
  majorNumber: number;
  minorNumber: number;
  patch: number;
};
