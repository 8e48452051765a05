// Generated from envoy/config/core/v3/address.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { SocketOption, SocketOptionsOverride } from "./socket_option_pb.js";
import type { TypedExtensionConfig } from "./extension_pb.js";
export declare type Pipe = Message<"envoy.config.core.v3.Pipe"> & {
  path: string;
  mode: number;
};
export declare type EnvoyInternalAddress = Message<"envoy.config.core.v3.EnvoyInternalAddress"> & {
  addressNameSpecifier: {
    value: string;
    case: "serverListenerName";
  } | { case: undefined; value?: undefined };
  endpointId: string;
};
export declare type SocketAddress = Message<"envoy.config.core.v3.SocketAddress"> & {
  protocol: SocketAddress_Protocol;
  address: string;
  portSpecifier: {
    value: number;
    case: "portValue";
  } | {
    value: string;
    case: "namedPort";
  } | { case: undefined; value?: undefined };
  resolverName: string;
  ipv4Compat: boolean;
  networkNamespaceFilepath: string;
};
export type SocketAddress_Protocol = 0 | 1;
export declare type TcpKeepalive = Message<"envoy.config.core.v3.TcpKeepalive"> & {
  keepaliveProbes?: number | undefined;
  keepaliveTime?: number | undefined;
  keepaliveInterval?: number | undefined;
};
export declare type ExtraSourceAddress = Message<"envoy.config.core.v3.ExtraSourceAddress"> & {
  address?: SocketAddress | undefined;
  socketOptions?: SocketOptionsOverride | undefined;
};
export declare type BindConfig = Message<"envoy.config.core.v3.BindConfig"> & {
  sourceAddress?: SocketAddress | undefined;
  freebind?: boolean | undefined;
  socketOptions: SocketOption[];
  extraSourceAddresses: ExtraSourceAddress[];
  additionalSourceAddresses: SocketAddress[];
  localAddressSelector?: TypedExtensionConfig | undefined;
  validateNetworkNamespaces: boolean;
};
export declare type Address = Message<"envoy.config.core.v3.Address"> & {
  address: {
    value: SocketAddress;
    case: "socketAddress";
  } | {
    value: Pipe;
    case: "pipe";
  } | {
    value: EnvoyInternalAddress;
    case: "envoyInternalAddress";
  } | { case: undefined; value?: undefined };
};
export declare type CidrRange = Message<"envoy.config.core.v3.CidrRange"> & {
  addressPrefix: string;
  prefixLen?: number | undefined;
};
