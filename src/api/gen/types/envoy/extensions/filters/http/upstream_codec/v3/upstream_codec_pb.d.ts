// Generated from envoy/extensions/filters/http/upstream_codec/v3/upstream_codec.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type UpstreamCodec = Message<"envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec"> & {
};
