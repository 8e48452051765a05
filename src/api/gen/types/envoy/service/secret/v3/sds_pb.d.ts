// Generated from envoy/service/secret/v3/sds.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type SdsDummy = Message<"envoy.service.secret.v3.SdsDummy"> & {
};
