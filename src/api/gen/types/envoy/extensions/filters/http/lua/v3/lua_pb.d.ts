// Generated from envoy/extensions/filters/http/lua/v3/lua.proto by "npm run gen".

import type { JsonObject, Message } from "@bufbuild/protobuf";
import type { DataSource } from "../../../../../config/core/v3/base_pb.js";
export declare type Lua = Message<"envoy.extensions.filters.http.lua.v3.Lua"> & {
  inlineCode: string;
  sourceCodes: { [key: string]: DataSource };
  defaultSourceCode?: DataSource | undefined;
  statPrefix: string;
  clearRouteCache?: boolean | undefined;
  filterContext?: JsonObject | undefined;
  packagePaths: string[];
  packageCpaths: string[];
  sharedVmId: string;
};
export declare type LuaPerRoute = Message<"envoy.extensions.filters.http.lua.v3.LuaPerRoute"> & {
  override: {
    value: boolean;
    case: "disabled";
  } | {
    value: string;
    case: "name";
  } | {
    value: DataSource;
    case: "sourceCode";
  } | { case: undefined; value?: undefined };
  filterContext?: JsonObject | undefined;
  packagePaths: string[];
  packageCpaths: string[];
  sharedVmId: string;
};
