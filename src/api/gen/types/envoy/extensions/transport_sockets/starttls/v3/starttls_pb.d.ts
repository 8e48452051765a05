// Generated from envoy/extensions/transport_sockets/starttls/v3/starttls.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { RawBuffer } from "../../raw_buffer/v3/raw_buffer_pb.js";
import type { DownstreamTlsContext, UpstreamTlsContext } from "../../tls/v3/tls_pb.js";
export declare type StartTlsConfig = Message<"envoy.extensions.transport_sockets.starttls.v3.StartTlsConfig"> & {
  cleartextSocketConfig?: RawBuffer | undefined;
  tlsSocketConfig?: DownstreamTlsContext | undefined;
};
export declare type UpstreamStartTlsConfig = Message<"envoy.extensions.transport_sockets.starttls.v3.UpstreamStartTlsConfig"> & {
  cleartextSocketConfig?: RawBuffer | undefined;
  tlsSocketConfig?: UpstreamTlsContext | undefined;
};
