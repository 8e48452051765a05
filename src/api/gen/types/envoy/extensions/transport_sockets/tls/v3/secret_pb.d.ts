// Generated from envoy/extensions/transport_sockets/tls/v3/secret.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { DataSource } from "../../../../config/core/v3/base_pb.js";
import type { ConfigSource } from "../../../../config/core/v3/config_source_pb.js";
import type { CertificateValidationContext, TlsCertificate, TlsSessionTicketKeys } from "./common_pb.js";
export declare type GenericSecret = Message<"envoy.extensions.transport_sockets.tls.v3.GenericSecret"> & {
  secret?: DataSource | undefined;
  secrets: { [key: string]: DataSource };
};
export declare type SdsSecretConfig = Message<"envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig"> & {
  name: string;
  sdsConfig?: ConfigSource | undefined;
};
export declare type Secret = Message<"envoy.extensions.transport_sockets.tls.v3.Secret"> & {
  name: string;
  type: {
    value: TlsCertificate;
    case: "tlsCertificate";
  } | {
    value: TlsSessionTicketKeys;
    case: "sessionTicketKeys";
  } | {
    value: CertificateValidationContext;
    case: "validationContext";
  } | {
    value: GenericSecret;
    case: "genericSecret";
  } | { case: undefined; value?: undefined };
};
