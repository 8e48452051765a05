// Generated from envoy/admin/v3/certs.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Timestamp } from "@bufbuild/protobuf/wkt";
export declare type Certificates = Message<"envoy.admin.v3.Certificates"> & {
  certificates: Certificate[];
};
export declare type Certificate = Message<"envoy.admin.v3.Certificate"> & {
  caCert: CertificateDetails[];
  certChain: CertificateDetails[];
};
export declare type CertificateDetails = Message<"envoy.admin.v3.CertificateDetails"> & {
  path: string;
  serialNumber: string;
  subjectAltNames: SubjectAlternateName[];
  daysUntilExpiration: bigint;
  validFrom?: Timestamp | undefined;
  expirationTime?: Timestamp | undefined;
  ocspDetails?: CertificateDetails_OcspDetails | undefined;
};
export declare type CertificateDetails_OcspDetails = Message<"envoy.admin.v3.CertificateDetails.OcspDetails"> & {
  validFrom?: Timestamp | undefined;
  expiration?: Timestamp | undefined;
};
export declare type SubjectAlternateName = Message<"envoy.admin.v3.SubjectAlternateName"> & {
  name: {
    value: string;
    case: "dns";
  } | {
    value: string;
    case: "uri";
  } | {
    value: string;
    case: "ipAddress";
  } | { case: undefined; value?: undefined };
};
