// Generated from envoy/extensions/access_loggers/stream/v3/stream.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { SubstitutionFormatString } from "../../../../config/core/v3/substitution_format_string_pb.js";
export declare type StdoutAccessLog = Message<"envoy.extensions.access_loggers.stream.v3.StdoutAccessLog"> & {
  accessLogFormat: {
    value: SubstitutionFormatString;
    case: "logFormat";
  } | { case: undefined; value?: undefined };
};
export declare type StderrAccessLog = Message<"envoy.extensions.access_loggers.stream.v3.StderrAccessLog"> & {
  accessLogFormat: {
    value: SubstitutionFormatString;
    case: "logFormat";
  } | { case: undefined; value?: undefined };
};
