// Generated from envoy/extensions/retry/host/previous_hosts/v3/previous_hosts.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type PreviousHostsPredicate = Message<"envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate"> & {
};
