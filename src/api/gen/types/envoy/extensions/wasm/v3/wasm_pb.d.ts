// Generated from envoy/extensions/wasm/v3/wasm.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { BackoffStrategy } from "../../../config/core/v3/backoff_pb.js";
import type { AsyncDataSource } from "../../../config/core/v3/base_pb.js";
import type { Any } from "@bufbuild/protobuf/wkt";
export declare type ReloadConfig = Message<"envoy.extensions.wasm.v3.ReloadConfig"> & {
  backoff?: BackoffStrategy | undefined;
};
export declare type CapabilityRestrictionConfig = Message<"envoy.extensions.wasm.v3.CapabilityRestrictionConfig"> & {
  allowedCapabilities: { [key: string]: SanitizationConfig };
};
export declare type SanitizationConfig = Message<"envoy.extensions.wasm.v3.SanitizationConfig"> & {
};
export declare type VmConfig = Message<"envoy.extensions.wasm.v3.VmConfig"> & {
  vmId: string;
  runtime: string;
  code?: AsyncDataSource | undefined;
  configuration?: Any | undefined;
  allowPrecompiled: boolean;
  nackOnCodeCacheMiss: boolean;
  environmentVariables?: EnvironmentVariables | undefined;
  capabilityRestrictionConfig?: CapabilityRestrictionConfig | undefined;
};
export declare type EnvironmentVariables = Message<"envoy.extensions.wasm.v3.EnvironmentVariables"> & {
  hostEnvKeys: string[];
  keyValues: { [key: string]: string };
};
export declare type PluginConfig = Message<"envoy.extensions.wasm.v3.PluginConfig"> & {
  name: string;
  rootId: string;
  vm: {
    value: VmConfig;
    case: "vmConfig";
  } | { case: undefined; value?: undefined };
  configuration?: Any | undefined;
  failOpen: boolean;
  failurePolicy: FailurePolicy;
  reloadConfig?: ReloadConfig | undefined;
  capabilityRestrictionConfig?: CapabilityRestrictionConfig | undefined;
  allowOnHeadersStopIteration?: boolean | undefined;
};
export declare type WasmService = Message<"envoy.extensions.wasm.v3.WasmService"> & {
  config?: PluginConfig | undefined;
  singleton: boolean;
};
export type FailurePolicy = 0 | 1 | 2 | 3;
