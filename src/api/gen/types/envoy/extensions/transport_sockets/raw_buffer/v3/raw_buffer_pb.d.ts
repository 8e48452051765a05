// Generated from envoy/extensions/transport_sockets/raw_buffer/v3/raw_buffer.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type RawBuffer = Message<"envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer"> & {
};
