// Generated from envoy/extensions/transport_sockets/tls/v3/common.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
import type { DataSource, WatchedDirectory } from "../../../../config/core/v3/base_pb.js";
import type { StringMatcher } from "../../../../type/matcher/v3/string_pb.js";
import type { TypedExtensionConfig } from "../../../../config/core/v3/extension_pb.js";
export declare type TlsParameters = Message<"envoy.extensions.transport_sockets.tls.v3.TlsParameters"> & {
  tlsMinimumProtocolVersion: TlsParameters_TlsProtocol;
  tlsMaximumProtocolVersion: TlsParameters_TlsProtocol;
  cipherSuites: string[];
  ecdhCurves: string[];
  signatureAlgorithms: string[];
  compliancePolicies: TlsParameters_CompliancePolicy[];
};
export type TlsParameters_TlsProtocol = 0 | 1 | 2 | 3 | 4;
export type TlsParameters_CompliancePolicy = 0 | 1 | 2;
export declare type PrivateKeyProvider = Message<"envoy.extensions.transport_sockets.tls.v3.PrivateKeyProvider"> & {
  providerName: string;
  configType: {
    value: Any;
    case: "typedConfig";
  } | { case: undefined; value?: undefined };
  fallback: boolean;
};
export declare type TlsCertificate = Message<"envoy.extensions.transport_sockets.tls.v3.TlsCertificate"> & {
  certificateChain?: DataSource | undefined;
  privateKey?: DataSource | undefined;
  pkcs12?: DataSource | undefined;
  watchedDirectory?: WatchedDirectory | undefined;
  privateKeyProvider?: PrivateKeyProvider | undefined;
  password?: DataSource | undefined;
  ocspStaple?: DataSource | undefined;
  signedCertificateTimestamp: DataSource[];
  tlsParams?: TlsParameters | undefined;
};
export declare type TlsSessionTicketKeys = Message<"envoy.extensions.transport_sockets.tls.v3.TlsSessionTicketKeys"> & {
  keys: DataSource[];
};
export declare type CertificateProviderPluginInstance = Message<"envoy.extensions.transport_sockets.tls.v3.CertificateProviderPluginInstance"> & {
  instanceName: string;
  certificateName: string;
};
export declare type SubjectAltNameMatcher = Message<"envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher"> & {
  sanType: SubjectAltNameMatcher_SanType;
  matcher?: StringMatcher | undefined;
  oid: string;
};
export type SubjectAltNameMatcher_SanType = 0 | 1 | 2 | 3 | 4 | 5;
export declare type CertificateValidationContext = Message<"envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext"> & {
  trustedCa?: DataSource | undefined;
  caCertificateProviderInstance?: CertificateProviderPluginInstance | undefined;
  systemRootCerts?: CertificateValidationContext_SystemRootCerts | undefined;
  watchedDirectory?: WatchedDirectory | undefined;
  verifyCertificateSpki: string[];
  verifyCertificateHash: string[];
  matchTypedSubjectAltNames: SubjectAltNameMatcher[];
  matchSubjectAltNames: StringMatcher[];
  requireSignedCertificateTimestamp?: boolean | undefined;
  crl?: DataSource | undefined;
  allowExpiredCertificate: boolean;
  trustChainVerification: CertificateValidationContext_TrustChainVerification;
  customValidatorConfig?: TypedExtensionConfig | undefined;
  onlyVerifyLeafCertCrl: boolean;
  maxVerifyDepth?: number | undefined;
  suppressClientCaList: boolean;
};
export declare type CertificateValidationContext_SystemRootCerts = Message<"envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext.SystemRootCerts"> & {
};
export type CertificateValidationContext_TrustChainVerification = 0 | 1;
