// Generated from envoy/extensions/retry/priority/previous_priorities/v3/previous_priorities_config.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type PreviousPrioritiesConfig = Message<"envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig"> & {
  updateFrequency: number;
};
