// Generated from envoy/extensions/filters/listener/proxy_protocol/v3/proxy_protocol.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { ProxyProtocolConfig_Version, ProxyProtocolPassThroughTLVs } from "../../../../../config/core/v3/proxy_protocol_pb.js";
export declare type ProxyProtocol = Message<"envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol"> & {
  rules: ProxyProtocol_Rule[];
  allowRequestsWithoutProxyProtocol: boolean;
  passThroughTlvs?: ProxyProtocolPassThroughTLVs | undefined;
  disallowedVersions: ProxyProtocolConfig_Version[];
  statPrefix: string;
  tlvLocation: ProxyProtocol_TlvLocation;
};
export declare type ProxyProtocol_KeyValuePair = Message<"envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol.KeyValuePair"> & {
  metadataNamespace: string;
  key: string;
  valueStringEncoding: ProxyProtocol_KeyValuePair_ValueStringEncoding;
};
export type ProxyProtocol_KeyValuePair_ValueStringEncoding = 0 | 1 | 2;
export declare type ProxyProtocol_Rule = Message<"envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol.Rule"> & {
  tlvType: number;
  onTlvPresent?: ProxyProtocol_KeyValuePair | undefined;
};
export type ProxyProtocol_TlvLocation = 0 | 1;
