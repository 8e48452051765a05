// Generated from envoy/extensions/common/tap/v3/common.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { TapConfig } from "../../../../config/tap/v3/common_pb.js";
export declare type CommonExtensionConfig = Message<"envoy.extensions.common.tap.v3.CommonExtensionConfig"> & {
  configType: {
    value: AdminConfig;
    case: "adminConfig";
  } | {
    value: TapConfig;
    case: "staticConfig";
  } | { case: undefined; value?: undefined };
};
export declare type AdminConfig = Message<"envoy.extensions.common.tap.v3.AdminConfig"> & {
  configId: string;
};
