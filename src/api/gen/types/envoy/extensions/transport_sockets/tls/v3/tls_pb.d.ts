// Generated from envoy/extensions/transport_sockets/tls/v3/tls.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { CertificateProviderPluginInstance, CertificateValidationContext, TlsCertificate, TlsParameters, TlsSessionTicketKeys } from "./common_pb.js";
import type { SdsSecretConfig } from "./secret_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { CidrRange } from "../../../../config/core/v3/address_pb.js";
import type { TypedExtensionConfig } from "../../../../config/core/v3/extension_pb.js";
export declare type UpstreamTlsContext = Message<"envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext"> & {
  commonTlsContext?: CommonTlsContext | undefined;
  sni: string;
  autoHostSni: boolean;
  autoSniSanValidation: boolean;
  allowRenegotiation: boolean;
  maxSessionKeys?: number | undefined;
  enforceRsaKeyUsage?: boolean | undefined;
};
export declare type DownstreamTlsContext = Message<"envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext"> & {
  commonTlsContext?: CommonTlsContext | undefined;
  requireClientCertificate?: boolean | undefined;
  requireSni?: boolean | undefined;
  sessionTicketKeysType: {
    value: TlsSessionTicketKeys;
    case: "sessionTicketKeys";
  } | {
    value: SdsSecretConfig;
    case: "sessionTicketKeysSdsSecretConfig";
  } | {
    value: boolean;
    case: "disableStatelessSessionResumption";
  } | { case: undefined; value?: undefined };
  disableStatefulSessionResumption: boolean;
  sessionTimeout?: Duration | undefined;
  ocspStaplePolicy: DownstreamTlsContext_OcspStaplePolicy;
  fullScanCertsOnSniMismatch?: boolean | undefined;
  preferClientCiphers: boolean;
};
export type DownstreamTlsContext_OcspStaplePolicy = 0 | 1 | 2;
export declare type TlsKeyLog = Message<"envoy.extensions.transport_sockets.tls.v3.TlsKeyLog"> & {
  path: string;
  localAddressRange: CidrRange[];
  remoteAddressRange: CidrRange[];
};
export declare type CommonTlsContext = Message<"envoy.extensions.transport_sockets.tls.v3.CommonTlsContext"> & {
  tlsParams?: TlsParameters | undefined;
  tlsCertificates: TlsCertificate[];
  tlsCertificateSdsSecretConfigs: SdsSecretConfig[];
  tlsCertificateProviderInstance?: CertificateProviderPluginInstance | undefined;
  customTlsCertificateSelector?: TypedExtensionConfig | undefined;
  tlsCertificateCertificateProvider?: CommonTlsContext_CertificateProvider | undefined;
  tlsCertificateCertificateProviderInstance?: CommonTlsContext_CertificateProviderInstance | undefined;
  validationContextType: {
    value: CertificateValidationContext;
    case: "validationContext";
  } | {
    value: SdsSecretConfig;
    case: "validationContextSdsSecretConfig";
  } | {
    value: CommonTlsContext_CombinedCertificateValidationContext;
    case: "combinedValidationContext";
  } | {
    value: CommonTlsContext_CertificateProvider;
    case: "validationContextCertificateProvider";
  } | {
    value: CommonTlsContext_CertificateProviderInstance;
    case: "validationContextCertificateProviderInstance";
  } | { case: undefined; value?: undefined };
  alpnProtocols: string[];
  customHandshaker?: TypedExtensionConfig | undefined;
  keyLog?: TlsKeyLog | undefined;
};
export declare type CommonTlsContext_CertificateProvider = Message<"envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CertificateProvider"> & {
  name: string;
  config: {
    value: TypedExtensionConfig;
    case: "typedConfig";
  } | { case: undefined; value?: undefined };
};
export declare type CommonTlsContext_CertificateProviderInstance = Message<"envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CertificateProviderInstance"> & {
  instanceName: string;
  certificateName: string;
};
export declare type CommonTlsContext_CombinedCertificateValidationContext = Message<"envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext"> & {
  defaultValidationContext?: CertificateValidationContext | undefined;
  validationContextSdsSecretConfig?: SdsSecretConfig | undefined;
  validationContextCertificateProvider?: CommonTlsContext_CertificateProvider | undefined;
  validationContextCertificateProviderInstance?: CommonTlsContext_CertificateProviderInstance | undefined;
};
