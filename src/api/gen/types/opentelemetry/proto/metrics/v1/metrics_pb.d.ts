// Generated from opentelemetry/proto/metrics/v1/metrics.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Resource } from "../../resource/v1/resource_pb.js";
import type { InstrumentationScope, KeyValue } from "../../common/v1/common_pb.js";
export declare type MetricsData = Message<"opentelemetry.proto.metrics.v1.MetricsData"> & {
  resourceMetrics: ResourceMetrics[];
};
export declare type ResourceMetrics = Message<"opentelemetry.proto.metrics.v1.ResourceMetrics"> & {
  resource?: Resource | undefined;
  scopeMetrics: ScopeMetrics[];
  schemaUrl: string;
};
export declare type ScopeMetrics = Message<"opentelemetry.proto.metrics.v1.ScopeMetrics"> & {
  scope?: InstrumentationScope | undefined;
  metrics: Metric[];
  schemaUrl: string;
};
export declare type Metric = Message<"opentelemetry.proto.metrics.v1.Metric"> & {
  name: string;
  description: string;
  unit: string;
  data: {
    value: Gauge;
    case: "gauge";
  } | {
    value: Sum;
    case: "sum";
  } | {
    value: Histogram;
    case: "histogram";
  } | {
    value: ExponentialHistogram;
    case: "exponentialHistogram";
  } | {
    value: Summary;
    case: "summary";
  } | { case: undefined; value?: undefined };
  metadata: KeyValue[];
};
export declare type Gauge = Message<"opentelemetry.proto.metrics.v1.Gauge"> & {
  dataPoints: NumberDataPoint[];
};
export declare type Sum = Message<"opentelemetry.proto.metrics.v1.Sum"> & {
  dataPoints: NumberDataPoint[];
  aggregationTemporality: AggregationTemporality;
  isMonotonic: boolean;
};
export declare type Histogram = Message<"opentelemetry.proto.metrics.v1.Histogram"> & {
  dataPoints: HistogramDataPoint[];
  aggregationTemporality: AggregationTemporality;
};
export declare type ExponentialHistogram = Message<"opentelemetry.proto.metrics.v1.ExponentialHistogram"> & {
  dataPoints: ExponentialHistogramDataPoint[];
  aggregationTemporality: AggregationTemporality;
};
export declare type Summary = Message<"opentelemetry.proto.metrics.v1.Summary"> & {
  dataPoints: SummaryDataPoint[];
};
export declare type NumberDataPoint = Message<"opentelemetry.proto.metrics.v1.NumberDataPoint"> & {
  attributes: KeyValue[];
  startTimeUnixNano: bigint;
  timeUnixNano: bigint;
  value: {
    value: number;
    case: "asDouble";
  } | {
    value: bigint;
    case: "asInt";
  } | { case: undefined; value?: undefined };
  exemplars: Exemplar[];
  flags: number;
};
export declare type HistogramDataPoint = Message<"opentelemetry.proto.metrics.v1.HistogramDataPoint"> & {
  attributes: KeyValue[];
  startTimeUnixNano: bigint;
  timeUnixNano: bigint;
  count: bigint;
  sum?: number | undefined;
  bucketCounts: bigint[];
  explicitBounds: number[];
  exemplars: Exemplar[];
  flags: number;
  min?: number | undefined;
  max?: number | undefined;
};
export declare type ExponentialHistogramDataPoint = Message<"opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint"> & {
  attributes: KeyValue[];
  startTimeUnixNano: bigint;
  timeUnixNano: bigint;
  count: bigint;
  sum?: number | undefined;
  scale: number;
  zeroCount: bigint;
  positive?: ExponentialHistogramDataPoint_Buckets | undefined;
  negative?: ExponentialHistogramDataPoint_Buckets | undefined;
  flags: number;
  exemplars: Exemplar[];
  min?: number | undefined;
  max?: number | undefined;
  zeroThreshold: number;
};
export declare type ExponentialHistogramDataPoint_Buckets = Message<"opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint.Buckets"> & {
  offset: number;
  bucketCounts: bigint[];
};
export declare type SummaryDataPoint = Message<"opentelemetry.proto.metrics.v1.SummaryDataPoint"> & {
  attributes: KeyValue[];
  startTimeUnixNano: bigint;
  timeUnixNano: bigint;
  count: bigint;
  sum: number;
  quantileValues: SummaryDataPoint_ValueAtQuantile[];
  flags: number;
};
export declare type SummaryDataPoint_ValueAtQuantile = Message<"opentelemetry.proto.metrics.v1.SummaryDataPoint.ValueAtQuantile"> & {
  quantile: number;
  value: number;
};
export declare type Exemplar = Message<"opentelemetry.proto.metrics.v1.Exemplar"> & {
  filteredAttributes: KeyValue[];
  timeUnixNano: bigint;
  value: {
    value: number;
    case: "asDouble";
  } | {
    value: bigint;
    case: "asInt";
  } | { case: undefined; value?: undefined };
  spanId: Uint8Array;
  traceId: Uint8Array;
};
export type AggregationTemporality = 0 | 1 | 2;
export type DataPointFlags = 0 | 1;
