// Generated from envoy/extensions/retry/host/omit_canary_hosts/v3/omit_canary_hosts.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type OmitCanaryHostsPredicate = Message<"envoy.extensions.retry.host.omit_canary_hosts.v3.OmitCanaryHostsPredicate"> & {
};
