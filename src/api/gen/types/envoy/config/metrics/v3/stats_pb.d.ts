// Generated from envoy/config/metrics/v3/stats.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
import type { ListStringMatcher, StringMatcher } from "../../../type/matcher/v3/string_pb.js";
import type { Address } from "../../core/v3/address_pb.js";
export declare type StatsSink = Message<"envoy.config.metrics.v3.StatsSink"> & {
  name: string;
  configType: {
    value: Any;
    case: "typedConfig";
  } | { case: undefined; value?: undefined };
};
export declare type StatsConfig = Message<"envoy.config.metrics.v3.StatsConfig"> & {
  statsTags: TagSpecifier[];
  useAllDefaultTags?: boolean | undefined;
  statsMatcher?: StatsMatcher | undefined;
  histogramBucketSettings: HistogramBucketSettings[];
  allowDefaultTagOverrides?: boolean | undefined;
};
export declare type StatsMatcher = Message<"envoy.config.metrics.v3.StatsMatcher"> & {
  statsMatcher: {
    value: boolean;
    case: "rejectAll";
  } | {
    value: ListStringMatcher;
    case: "exclusionList";
  } | {
    value: ListStringMatcher;
    case: "inclusionList";
  } | { case: undefined; value?: undefined };
};
export declare type TagSpecifier = Message<"envoy.config.metrics.v3.TagSpecifier"> & {
  tagName: string;
  tagValue: {
    value: string;
    case: "regex";
  } | {
    value: string;
    case: "fixedValue";
  } | { case: undefined; value?: undefined };
};
export declare type HistogramBucketSettings = Message<"envoy.config.metrics.v3.HistogramBucketSettings"> & {
  match?: StringMatcher | undefined;
  buckets: number[];
  bins?: number | undefined;
};
export declare type StatsdSink = Message<"envoy.config.metrics.v3.StatsdSink"> & {
  statsdSpecifier: {
    value: Address;
    case: "address";
  } | {
    value: string;
    case: "tcpClusterName";
  } | { case: undefined; value?: undefined };
  prefix: string;
  scaleHistogramUnitsToMilliseconds: boolean;
};
export declare type DogStatsdSink = Message<"envoy.config.metrics.v3.DogStatsdSink"> & {
  dogStatsdSpecifier: {
    value: Address;
    case: "address";
  } | { case: undefined; value?: undefined };
  prefix: string;
  maxBytesPerDatagram?: bigint | undefined;
  scaleHistogramUnitsToMilliseconds: boolean;
};
export declare type HystrixSink = Message<"envoy.config.metrics.v3.HystrixSink"> & {
  numBuckets: bigint;
};
