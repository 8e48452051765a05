// Generated from envoy/extensions/matching/common_inputs/ssl/v3/ssl_inputs.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type UriSanInput = Message<"envoy.extensions.matching.common_inputs.ssl.v3.UriSanInput"> & {
};
export declare type DnsSanInput = Message<"envoy.extensions.matching.common_inputs.ssl.v3.DnsSanInput"> & {
};
export declare type SubjectInput = Message<"envoy.extensions.matching.common_inputs.ssl.v3.SubjectInput"> & {
};
