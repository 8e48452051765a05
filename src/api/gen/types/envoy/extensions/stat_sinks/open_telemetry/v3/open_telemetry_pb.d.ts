// Generated from envoy/extensions/stat_sinks/open_telemetry/v3/open_telemetry.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { GrpcService } from "../../../../config/core/v3/grpc_service_pb.js";
import type { HttpService } from "../../../../config/core/v3/http_service_pb.js";
import type { TypedExtensionConfig } from "../../../../config/core/v3/extension_pb.js";
import type { Matcher } from "../../../../../xds/type/matcher/v3/matcher_pb.js";
import type { KeyValue } from "../../../../../opentelemetry/proto/common/v1/common_pb.js";
export declare type SinkConfig = Message<"envoy.extensions.stat_sinks.open_telemetry.v3.SinkConfig"> & {
  protocolSpecifier: {
    value: GrpcService;
    case: "grpcService";
  } | {
    value: HttpService;
    case: "httpService";
  } | { case: undefined; value?: undefined };
  resourceDetectors: TypedExtensionConfig[];
  reportCountersAsDeltas: boolean;
  reportHistogramsAsDeltas: boolean;
  emitTagsAsAttributes?: boolean | undefined;
  useTagExtractedName?: boolean | undefined;
  prefix: string;
  customMetricConversions?: Matcher | undefined;
  maxDataPointsPerRequest: number;
};
export declare type SinkConfig_ConversionAction = Message<"envoy.extensions.stat_sinks.open_telemetry.v3.SinkConfig.ConversionAction"> & {
  metricName: string;
  staticMetricLabels: KeyValue[];
};
export declare type SinkConfig_DropAction = Message<"envoy.extensions.stat_sinks.open_telemetry.v3.SinkConfig.DropAction"> & {
};
