// Generated from envoy/extensions/filters/listener/http_inspector/v3/http_inspector.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type HttpInspector = Message<"envoy.extensions.filters.listener.http_inspector.v3.HttpInspector"> & {
};
