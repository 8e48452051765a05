// Generated from envoy/extensions/filters/http/stateful_session/v3/stateful_session.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { TypedExtensionConfig } from "../../../../../config/core/v3/extension_pb.js";
export declare type StatefulSession = Message<"envoy.extensions.filters.http.stateful_session.v3.StatefulSession"> & {
  sessionState?: TypedExtensionConfig | undefined;
  strict: boolean;
  statPrefix: string;
  statusOnStrictDestinationNotFound: number;
};
export declare type StatefulSessionPerRoute = Message<"envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute"> & {
  override: {
    value: boolean;
    case: "disabled";
  } | {
    value: StatefulSession;
    case: "statefulSession";
  } | { case: undefined; value?: undefined };
};
