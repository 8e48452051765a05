// Generated from envoy/extensions/retry/host/omit_host_metadata/v3/omit_host_metadata_config.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Metadata } from "../../../../../config/core/v3/base_pb.js";
export declare type OmitHostMetadataConfig = Message<"envoy.extensions.retry.host.omit_host_metadata.v3.OmitHostMetadataConfig"> & {
  metadataMatch?: Metadata | undefined;
};
