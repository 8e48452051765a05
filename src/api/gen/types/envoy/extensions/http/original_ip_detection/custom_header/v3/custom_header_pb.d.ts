// Generated from envoy/extensions/http/original_ip_detection/custom_header/v3/custom_header.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { HttpStatus } from "../../../../../type/v3/http_status_pb.js";
export declare type CustomHeaderConfig = Message<"envoy.extensions.http.original_ip_detection.custom_header.v3.CustomHeaderConfig"> & {
  headerName: string;
  allowExtensionToSetAddressAsTrusted: boolean;
  rejectWithStatus?: HttpStatus | undefined;
};
