// Generated from envoy/config/core/v3/base.proto by "npm run gen".

import type { JsonObject, Message } from "@bufbuild/protobuf";
import type { SemanticVersion } from "../../../type/v3/semantic_version_pb.js";
import type { ContextParams } from "../../../../xds/core/v3/context_params_pb.js";
import type { Address } from "./address_pb.js";
import type { Any, Value } from "@bufbuild/protobuf/wkt";
import type { FractionalPercent, Percent } from "../../../type/v3/percent_pb.js";
import type { BackoffStrategy } from "./backoff_pb.js";
import type { HttpUri } from "./http_uri_pb.js";
export declare type Locality = Message<"envoy.config.core.v3.Locality"> & {
  region: string;
  zone: string;
  subZone: string;
};
export declare type BuildVersion = Message<"envoy.config.core.v3.BuildVersion"> & {
  version?: SemanticVersion | undefined;
  metadata?: JsonObject | undefined;
};
export declare type Extension = Message<"envoy.config.core.v3.Extension"> & {
  name: string;
  category: string;
  typeDescriptor: string;
  version?: BuildVersion | undefined;
  disabled: boolean;
  typeUrls: string[];
};
export declare type Node = Message<"envoy.config.core.v3.Node"> & {
  id: string;
  cluster: string;
  metadata?: JsonObject | undefined;
  dynamicParameters: { [key: string]: ContextParams };
  locality?: Locality | undefined;
  userAgentName: string;
  userAgentVersionType: {
    value: string;
    case: "userAgentVersion";
  } | {
    value: BuildVersion;
    case: "userAgentBuildVersion";
  } | { case: undefined; value?: undefined };
  extensions: Extension[];
  clientFeatures: string[];
  listeningAddresses: Address[];
};
export declare type Metadata = Message<"envoy.config.core.v3.Metadata"> & {
  filterMetadata: { [key: string]: JsonObject };
  typedFilterMetadata: { [key: string]: Any };
};
export declare type RuntimeUInt32 = Message<"envoy.config.core.v3.RuntimeUInt32"> & {
  defaultValue: number;
  runtimeKey: string;
};
export declare type RuntimeUInt64 = Message<"envoy.config.core.v3.RuntimeUInt64"> & {
  defaultValue: bigint;
  runtimeKey: string;
};
export declare type RuntimePercent = Message<"envoy.config.core.v3.RuntimePercent"> & {
  defaultValue?: Percent | undefined;
  runtimeKey: string;
};
export declare type RuntimeDouble = Message<"envoy.config.core.v3.RuntimeDouble"> & {
  defaultValue: number;
  runtimeKey: string;
};
export declare type RuntimeFeatureFlag = Message<"envoy.config.core.v3.RuntimeFeatureFlag"> & {
  defaultValue?: boolean | undefined;
  runtimeKey: string;
};
export declare type KeyValue = Message<"envoy.config.core.v3.KeyValue"> & {
  key: string;
  value: Uint8Array;
};
export declare type KeyValuePair = Message<"envoy.config.core.v3.KeyValuePair"> & {
  key: string;
  value?: Value | undefined;
};
export declare type KeyValueAppend = Message<"envoy.config.core.v3.KeyValueAppend"> & {
  record?: KeyValuePair | undefined;
  entry?: KeyValue | undefined;
  action: KeyValueAppend_KeyValueAppendAction;
};
export type KeyValueAppend_KeyValueAppendAction = 0 | 1 | 2 | 3;
export declare type KeyValueMutation = Message<"envoy.config.core.v3.KeyValueMutation"> & {
  append?: KeyValueAppend | undefined;
  remove: string;
};
export declare type QueryParameter = Message<"envoy.config.core.v3.QueryParameter"> & {
  key: string;
  value: string;
};
export declare type HeaderValue = Message<"envoy.config.core.v3.HeaderValue"> & {
  key: string;
  value: string;
  rawValue: Uint8Array;
};
export declare type HeaderValueOption = Message<"envoy.config.core.v3.HeaderValueOption"> & {
  header?: HeaderValue | undefined;
  append?: boolean | undefined;
  appendAction: HeaderValueOption_HeaderAppendAction;
  keepEmptyValue: boolean;
};
export type HeaderValueOption_HeaderAppendAction = 0 | 1 | 2 | 3;
export declare type HeaderMap = Message<"envoy.config.core.v3.HeaderMap"> & {
  headers: HeaderValue[];
};
export declare type WatchedDirectory = Message<"envoy.config.core.v3.WatchedDirectory"> & {
  path: string;
  watchModify: boolean;
};
export declare type DataSource = Message<"envoy.config.core.v3.DataSource"> & {
  specifier: {
    value: string;
    case: "filename";
  } | {
    value: Uint8Array;
    case: "inlineBytes";
  } | {
    value: string;
    case: "inlineString";
  } | {
    value: string;
    case: "environmentVariable";
  } | { case: undefined; value?: undefined };
  watchedDirectory?: WatchedDirectory | undefined;
};
export declare type RetryPolicy = Message<"envoy.config.core.v3.RetryPolicy"> & {
  retryBackOff?: BackoffStrategy | undefined;
  numRetries?: number | undefined;
  retryOn: string;
  retryPriority?: RetryPolicy_RetryPriority | undefined;
  retryHostPredicate: RetryPolicy_RetryHostPredicate[];
  hostSelectionRetryMaxAttempts: bigint;
};
export declare type RetryPolicy_RetryPriority = Message<"envoy.config.core.v3.RetryPolicy.RetryPriority"> & {
  name: string;
  configType: {
    value: Any;
    case: "typedConfig";
  } | { case: undefined; value?: undefined };
};
export declare type RetryPolicy_RetryHostPredicate = Message<"envoy.config.core.v3.RetryPolicy.RetryHostPredicate"> & {
  name: string;
  configType: {
    value: Any;
    case: "typedConfig";
  } | { case: undefined; value?: undefined };
};
export declare type RemoteDataSource = Message<"envoy.config.core.v3.RemoteDataSource"> & {
  httpUri?: HttpUri | undefined;
  sha256: string;
  retryPolicy?: RetryPolicy | undefined;
};
export declare type AsyncDataSource = Message<"envoy.config.core.v3.AsyncDataSource"> & {
  specifier: {
    value: DataSource;
    case: "local";
  } | {
    value: RemoteDataSource;
    case: "remote";
  } | { case: undefined; value?: undefined };
};
export declare type TransportSocket = Message<"envoy.config.core.v3.TransportSocket"> & {
  name: string;
  configType: {
    value: Any;
    case: "typedConfig";
  } | { case: undefined; value?: undefined };
};
export declare type RuntimeFractionalPercent = Message<"envoy.config.core.v3.RuntimeFractionalPercent"> & {
  defaultValue?: FractionalPercent | undefined;
  runtimeKey: string;
};
export declare type ControlPlane = Message<"envoy.config.core.v3.ControlPlane"> & {
  identifier: string;
};
export type RoutingPriority = 0 | 1;
export type RequestMethod = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
export type TrafficDirection = 0 | 1 | 2;
