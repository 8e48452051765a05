// Generated from envoy/config/overload/v3/overload.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Any, Duration } from "@bufbuild/protobuf/wkt";
import type { Percent } from "../../../type/v3/percent_pb.js";
export declare type ResourceMonitor = Message<"envoy.config.overload.v3.ResourceMonitor"> & {
  name: string;
  configType: {
    value: Any;
    case: "typedConfig";
  } | { case: undefined; value?: undefined };
};
export declare type ThresholdTrigger = Message<"envoy.config.overload.v3.ThresholdTrigger"> & {
  value: number;
};
export declare type ScaledTrigger = Message<"envoy.config.overload.v3.ScaledTrigger"> & {
  scalingThreshold: number;
  saturationThreshold: number;
};
export declare type Trigger = Message<"envoy.config.overload.v3.Trigger"> & {
  name: string;
  triggerOneof: {
    value: ThresholdTrigger;
    case: "threshold";
  } | {
    value: ScaledTrigger;
    case: "scaled";
  } | { case: undefined; value?: undefined };
};
export declare type ScaleTimersOverloadActionConfig = Message<"envoy.config.overload.v3.ScaleTimersOverloadActionConfig"> & {
  timerScaleFactors: ScaleTimersOverloadActionConfig_ScaleTimer[];
};
export declare type ScaleTimersOverloadActionConfig_ScaleTimer = Message<"envoy.config.overload.v3.ScaleTimersOverloadActionConfig.ScaleTimer"> & {
  timer: ScaleTimersOverloadActionConfig_TimerType;
  overloadAdjust: {
    value: Duration;
    case: "minTimeout";
  } | {
    value: Percent;
    case: "minScale";
  } | { case: undefined; value?: undefined };
};
export type ScaleTimersOverloadActionConfig_TimerType = 0 | 1 | 2 | 3 | 4 | 5;
export declare type ShrinkHeapConfig = Message<"envoy.config.overload.v3.ShrinkHeapConfig"> & {
  timerInterval?: Duration | undefined;
  maxUnfreedMemoryBytes?: bigint | undefined;
};
export declare type OverloadAction = Message<"envoy.config.overload.v3.OverloadAction"> & {
  name: string;
  triggers: Trigger[];
  typedConfig?: Any | undefined;
};
export declare type LoadShedPoint = Message<"envoy.config.overload.v3.LoadShedPoint"> & {
  name: string;
  triggers: Trigger[];
};
export declare type BufferFactoryConfig = Message<"envoy.config.overload.v3.BufferFactoryConfig"> & {
  minimumAccountToTrackPowerOfTwo: number;
};
export declare type OverloadManager = Message<"envoy.config.overload.v3.OverloadManager"> & {
  refreshInterval?: Duration | undefined;
  resourceMonitors: ResourceMonitor[];
  actions: OverloadAction[];
  loadshedPoints: LoadShedPoint[];
  bufferFactoryConfig?: BufferFactoryConfig | undefined;
};
