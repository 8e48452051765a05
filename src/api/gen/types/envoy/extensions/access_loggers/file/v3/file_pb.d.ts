// Generated from envoy/extensions/access_loggers/file/v3/file.proto by "npm run gen".

import type { JsonObject, Message } from "@bufbuild/protobuf";
import type { SubstitutionFormatString } from "../../../../config/core/v3/substitution_format_string_pb.js";
export declare type FileAccessLog = Message<"envoy.extensions.access_loggers.file.v3.FileAccessLog"> & {
  path: string;
  accessLogFormat: {
    value: string;
    case: "format";
  } | {
    value: JsonObject;
    case: "jsonFormat";
  } | {
    value: JsonObject;
    case: "typedJsonFormat";
  } | {
    value: SubstitutionFormatString;
    case: "logFormat";
  } | { case: undefined; value?: undefined };
};
