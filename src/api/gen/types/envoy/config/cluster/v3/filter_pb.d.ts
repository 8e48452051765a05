// Generated from envoy/config/cluster/v3/filter.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
import type { ExtensionConfigSource } from "../../core/v3/config_source_pb.js";
export declare type Filter = Message<"envoy.config.cluster.v3.Filter"> & {
  name: string;
  typedConfig?: Any | undefined;
  configDiscovery?: ExtensionConfigSource | undefined;
};
