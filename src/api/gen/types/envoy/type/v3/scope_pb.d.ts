// Generated from envoy/type/v3/scope.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type Scope = Message<"envoy.type.v3.Scope"> & {
  maxCounters?: number | undefined;
  maxGauges?: number | undefined;
  maxHistograms?: number | undefined;
  enableEviction: boolean;
  prefix: string;
  sharingName: string;
};
