// Generated from envoy/extensions/filters/common/set_filter_state/v3/value.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { SubstitutionFormatString } from "../../../../../config/core/v3/substitution_format_string_pb.js";
export declare type FilterStateValue = Message<"envoy.extensions.filters.common.set_filter_state.v3.FilterStateValue"> & {
  key: {
    value: string;
    case: "objectKey";
  } | { case: undefined; value?: undefined };
  factoryKey: string;
  value: {
    value: SubstitutionFormatString;
    case: "formatString";
  } | { case: undefined; value?: undefined };
  readOnly: boolean;
  sharedWithUpstream: FilterStateValue_SharedWithUpstream;
  skipIfEmpty: boolean;
};
export type FilterStateValue_SharedWithUpstream = 0 | 1 | 2;
