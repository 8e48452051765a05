// Generated from envoy/admin/v3/config_dump.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Any, Timestamp } from "@bufbuild/protobuf/wkt";
import type { Bootstrap } from "../../config/bootstrap/v3/bootstrap_pb.js";
import type { ClientResourceStatus, UpdateFailureState } from "./config_dump_shared_pb.js";
export declare type ConfigDump = Message<"envoy.admin.v3.ConfigDump"> & {
  configs: Any[];
};
export declare type BootstrapConfigDump = Message<"envoy.admin.v3.BootstrapConfigDump"> & {
  bootstrap?: Bootstrap | undefined;
  lastUpdated?: Timestamp | undefined;
};
export declare type SecretsConfigDump = Message<"envoy.admin.v3.SecretsConfigDump"> & {
  staticSecrets: SecretsConfigDump_StaticSecret[];
  dynamicActiveSecrets: SecretsConfigDump_DynamicSecret[];
  dynamicWarmingSecrets: SecretsConfigDump_DynamicSecret[];
};
export declare type SecretsConfigDump_DynamicSecret = Message<"envoy.admin.v3.SecretsConfigDump.DynamicSecret"> & {
  name: string;
  versionInfo: string;
  lastUpdated?: Timestamp | undefined;
  secret?: Any | undefined;
  errorState?: UpdateFailureState | undefined;
  clientStatus: ClientResourceStatus;
};
export declare type SecretsConfigDump_StaticSecret = Message<"envoy.admin.v3.SecretsConfigDump.StaticSecret"> & {
  name: string;
  lastUpdated?: Timestamp | undefined;
  secret?: Any | undefined;
};
