// Generated from dns/proto/nds.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type NameTable = Message<"istio.networking.nds.v1.NameTable"> & {
  table: { [key: string]: NameTable_NameInfo };
};
export declare type NameTable_NameInfo = Message<"istio.networking.nds.v1.NameTable.NameInfo"> & {
  ips: string[];
  registry: string;
  shortname: string;
  namespace: string;
  altHosts: string[];
};
