// Generated from envoy/type/v3/percent.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type Percent = Message<"envoy.type.v3.Percent"> & {
  value: number;
};
export declare type FractionalPercent = Message<"envoy.type.v3.FractionalPercent"> & {
  numerator: number;
  denominator: FractionalPercent_DenominatorType;
};
export type FractionalPercent_DenominatorType = 0 | 1 | 2;
