// Generated from security/v1alpha1/ca.proto by "npm run gen".

import type { JsonObject, Message } from "@bufbuild/protobuf";
export declare type IstioCertificateRequest = Message<"istio.v1.auth.IstioCertificateRequest"> & {
  csr: string;
  validityDuration: bigint;
  metadata?: JsonObject | undefined;
};
export declare type IstioCertificateResponse = Message<"istio.v1.auth.IstioCertificateResponse"> & {
  certChain: string[];
};
