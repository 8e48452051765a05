// Generated from envoy/service/load_stats/v3/lrs.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Node } from "../../../config/core/v3/base_pb.js";
import type { ClusterStats } from "../../../config/endpoint/v3/load_report_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
export declare type LoadStatsRequest = Message<"envoy.service.load_stats.v3.LoadStatsRequest"> & {
  node?: Node | undefined;
  clusterStats: ClusterStats[];
};
export declare type LoadStatsResponse = Message<"envoy.service.load_stats.v3.LoadStatsResponse"> & {
  clusters: string[];
  sendAllClusters: boolean;
  loadReportingInterval?: Duration | undefined;
  reportEndpointGranularity: boolean;
};
