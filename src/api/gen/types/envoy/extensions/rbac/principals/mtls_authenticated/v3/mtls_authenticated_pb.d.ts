// Generated from envoy/extensions/rbac/principals/mtls_authenticated/v3/mtls_authenticated.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { SubjectAltNameMatcher } from "../../../../transport_sockets/tls/v3/common_pb.js";
export declare type Config = Message<"envoy.extensions.rbac.principals.mtls_authenticated.v3.Config"> & {
  sanMatcher?: SubjectAltNameMatcher | undefined;
  anyValidatedClientCertificate: boolean;
};
