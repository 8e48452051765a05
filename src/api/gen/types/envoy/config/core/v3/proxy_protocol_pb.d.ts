// Generated from envoy/config/core/v3/proxy_protocol.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { SubstitutionFormatString } from "./substitution_format_string_pb.js";
export declare type ProxyProtocolPassThroughTLVs = Message<"envoy.config.core.v3.ProxyProtocolPassThroughTLVs"> & {
  matchType: ProxyProtocolPassThroughTLVs_PassTLVsMatchType;
  tlvType: number[];
};
export type ProxyProtocolPassThroughTLVs_PassTLVsMatchType = 0 | 1;
export declare type TlvEntry = Message<"envoy.config.core.v3.TlvEntry"> & {
  type: number;
  value: Uint8Array;
  formatString?: SubstitutionFormatString | undefined;
};
export declare type ProxyProtocolConfig = Message<"envoy.config.core.v3.ProxyProtocolConfig"> & {
  version: ProxyProtocolConfig_Version;
  passThroughTlvs?: ProxyProtocolPassThroughTLVs | undefined;
  addedTlvs: TlvEntry[];
};
export type ProxyProtocolConfig_Version = 0 | 1;
export declare type PerHostConfig = Message<"envoy.config.core.v3.PerHostConfig"> & {
  addedTlvs: TlvEntry[];
};
