// Generated from envoy/extensions/http/header_formatters/preserve_case/v3/preserve_case.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type PreserveCaseFormatterConfig = Message<"envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig"> & {
  forwardReasonPhrase: boolean;
  formatterTypeOnEnvoyHeaders: PreserveCaseFormatterConfig_FormatterTypeOnEnvoyHeaders;
};
export type PreserveCaseFormatterConfig_FormatterTypeOnEnvoyHeaders = 0 | 1;
