// Generated from envoy/extensions/filters/network/ext_authz/v3/ext_authz.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { GrpcService } from "../../../../../config/core/v3/grpc_service_pb.js";
import type { ApiVersion } from "../../../../../config/core/v3/config_source_pb.js";
import type { MetadataMatcher } from "../../../../../type/matcher/v3/metadata_pb.js";
export declare type ExtAuthz = Message<"envoy.extensions.filters.network.ext_authz.v3.ExtAuthz"> & {
  statPrefix: string;
  grpcService?: GrpcService | undefined;
  failureModeAllow: boolean;
  includePeerCertificate: boolean;
  transportApiVersion: ApiVersion;
  filterEnabledMetadata?: MetadataMatcher | undefined;
  bootstrapMetadataLabelsKey: string;
  includeTlsSession: boolean;
  sendTlsAlertOnDenial: boolean;
  metadataContextNamespaces: string[];
  typedMetadataContextNamespaces: string[];
  shadowMode: boolean;
};
