// Generated from envoy/extensions/filters/http/set_filter_state/v3/set_filter_state.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { FilterStateValue } from "../../../common/set_filter_state/v3/value_pb.js";
export declare type Config = Message<"envoy.extensions.filters.http.set_filter_state.v3.Config"> & {
  onRequestHeaders: FilterStateValue[];
  clearRouteCache: boolean;
};
