// Generated from envoy/extensions/filters/http/adaptive_concurrency/v3/adaptive_concurrency.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Percent } from "../../../../../type/v3/percent_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { RuntimeFeatureFlag } from "../../../../../config/core/v3/base_pb.js";
import type { HttpStatus } from "../../../../../type/v3/http_status_pb.js";
export declare type GradientControllerConfig = Message<"envoy.extensions.filters.http.adaptive_concurrency.v3.GradientControllerConfig"> & {
  sampleAggregatePercentile?: Percent | undefined;
  concurrencyLimitParams?: GradientControllerConfig_ConcurrencyLimitCalculationParams | undefined;
  minRttCalcParams?: GradientControllerConfig_MinimumRTTCalculationParams | undefined;
};
export declare type GradientControllerConfig_ConcurrencyLimitCalculationParams = Message<"envoy.extensions.filters.http.adaptive_concurrency.v3.GradientControllerConfig.ConcurrencyLimitCalculationParams"> & {
  maxConcurrencyLimit?: number | undefined;
  concurrencyUpdateInterval?: Duration | undefined;
  minConcurrencyLimit?: number | undefined;
};
export declare type GradientControllerConfig_MinimumRTTCalculationParams = Message<"envoy.extensions.filters.http.adaptive_concurrency.v3.GradientControllerConfig.MinimumRTTCalculationParams"> & {
  interval?: Duration | undefined;
  fixedValue?: Duration | undefined;
  requestCount?: number | undefined;
  jitter?: Percent | undefined;
  minConcurrency?: number | undefined;
  buffer?: Percent | undefined;
};
export declare type AdaptiveConcurrency = Message<"envoy.extensions.filters.http.adaptive_concurrency.v3.AdaptiveConcurrency"> & {
  concurrencyControllerConfig: {
    value: GradientControllerConfig;
    case: "gradientControllerConfig";
  } | { case: undefined; value?: undefined };
  enabled?: RuntimeFeatureFlag | undefined;
  concurrencyLimitExceededStatus?: HttpStatus | undefined;
};
