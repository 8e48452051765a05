// Generated from envoy/service/listener/v3/lds.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type LdsDummy = Message<"envoy.service.listener.v3.LdsDummy"> & {
};
