// Generated from envoy/config/core/v3/socket_option.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type SocketOption = Message<"envoy.config.core.v3.SocketOption"> & {
  description: string;
  level: bigint;
  name: bigint;
  value: {
    value: bigint;
    case: "intValue";
  } | {
    value: Uint8Array;
    case: "bufValue";
  } | { case: undefined; value?: undefined };
  state: SocketOption_SocketState;
  type?: SocketOption_SocketType | undefined;
  ipVersion: SocketOption_SocketIpVersion;
};
export declare type SocketOption_SocketType = Message<"envoy.config.core.v3.SocketOption.SocketType"> & {
  stream?: SocketOption_SocketType_Stream | undefined;
  datagram?: SocketOption_SocketType_Datagram | undefined;
};
export declare type SocketOption_SocketType_Stream = Message<"envoy.config.core.v3.SocketOption.SocketType.Stream"> & {
};
export declare type SocketOption_SocketType_Datagram = Message<"envoy.config.core.v3.SocketOption.SocketType.Datagram"> & {
};
export type SocketOption_SocketState = 0 | 1 | 2;
export type SocketOption_SocketIpVersion = 0 | 1 | 2;
export declare type SocketOptionsOverride = Message<"envoy.config.core.v3.SocketOptionsOverride"> & {
  socketOptions: SocketOption[];
};
