// Generated from envoy/service/cluster/v3/cds.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type CdsDummy = Message<"envoy.service.cluster.v3.CdsDummy"> & {
};
