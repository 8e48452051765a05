// Generated from envoy/extensions/transport_sockets/tls/v3/tls_spiffe_validator_config.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { DataSource } from "../../../../config/core/v3/base_pb.js";
export declare type SPIFFECertValidatorConfig = Message<"envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig"> & {
  trustDomains: SPIFFECertValidatorConfig_TrustDomain[];
  trustBundles?: DataSource | undefined;
};
export declare type SPIFFECertValidatorConfig_TrustDomain = Message<"envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig.TrustDomain"> & {
  name: string;
  trustBundle?: DataSource | undefined;
  workloadTrustDomain: string;
};
