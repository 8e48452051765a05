// Generated from envoy/extensions/filters/listener/tls_inspector/v3/tls_inspector.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type TlsInspector = Message<"envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector"> & {
  enableJa3Fingerprinting?: boolean | undefined;
  enableJa4Fingerprinting?: boolean | undefined;
  initialReadBufferSize?: number | undefined;
  closeConnectionOnClientHelloParsingErrors: boolean;
  maxClientHelloSize?: number | undefined;
};
