// Generated from envoy/extensions/request_id/uuid/v3/uuid.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type UuidRequestIdConfig = Message<"envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig"> & {
  packTraceReason?: boolean | undefined;
  useRequestIdForTraceSampling?: boolean | undefined;
};
