// Generated from envoy/extensions/filters/http/buffer/v3/buffer.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type Buffer = Message<"envoy.extensions.filters.http.buffer.v3.Buffer"> & {
  maxRequestBytes?: number | undefined;
};
export declare type BufferPerRoute = Message<"envoy.extensions.filters.http.buffer.v3.BufferPerRoute"> & {
  override: {
    value: boolean;
    case: "disabled";
  } | {
    value: Buffer;
    case: "buffer";
  } | { case: undefined; value?: undefined };
};
