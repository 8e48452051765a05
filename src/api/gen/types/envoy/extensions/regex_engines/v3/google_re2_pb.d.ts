// Generated from envoy/extensions/regex_engines/v3/google_re2.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type GoogleRE2 = Message<"envoy.extensions.regex_engines.v3.GoogleRE2"> & {
};
