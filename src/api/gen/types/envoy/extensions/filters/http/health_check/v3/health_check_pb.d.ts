// Generated from envoy/extensions/filters/http/health_check/v3/health_check.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { Percent } from "../../../../../type/v3/percent_pb.js";
import type { HeaderMatcher } from "../../../../../config/route/v3/route_components_pb.js";
export declare type HealthCheck = Message<"envoy.extensions.filters.http.health_check.v3.HealthCheck"> & {
  passThroughMode?: boolean | undefined;
  cacheTime?: Duration | undefined;
  clusterMinHealthyPercentages: { [key: string]: Percent };
  headers: HeaderMatcher[];
};
