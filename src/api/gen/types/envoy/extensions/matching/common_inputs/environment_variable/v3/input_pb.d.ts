// Generated from envoy/extensions/matching/common_inputs/environment_variable/v3/input.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type Config = Message<"envoy.extensions.matching.common_inputs.environment_variable.v3.Config"> & {
  name: string;
};
