// Generated from envoy/extensions/filters/network/wasm/v3/wasm.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { PluginConfig } from "../../../../wasm/v3/wasm_pb.js";
export declare type Wasm = Message<"envoy.extensions.filters.network.wasm.v3.Wasm"> & {
  config?: PluginConfig | undefined;
};
