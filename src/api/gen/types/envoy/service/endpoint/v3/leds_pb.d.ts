// Generated from envoy/service/endpoint/v3/leds.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type LedsDummy = Message<"envoy.service.endpoint.v3.LedsDummy"> & {
};
