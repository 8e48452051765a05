// Generated from envoy/extensions/filters/network/echo/v3/echo.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type Echo = Message<"envoy.extensions.filters.network.echo.v3.Echo"> & {
};
