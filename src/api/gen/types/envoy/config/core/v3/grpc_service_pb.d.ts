// Generated from envoy/config/core/v3/grpc_service.proto by "npm run gen".

import type { JsonObject, Message } from "@bufbuild/protobuf";
import type { Any, Duration, Empty } from "@bufbuild/protobuf/wkt";
import type { DataSource, HeaderValue, RetryPolicy } from "./base_pb.js";
export declare type GrpcService = Message<"envoy.config.core.v3.GrpcService"> & {
  targetSpecifier: {
    value: GrpcService_EnvoyGrpc;
    case: "envoyGrpc";
  } | {
    value: GrpcService_GoogleGrpc;
    case: "googleGrpc";
  } | { case: undefined; value?: undefined };
  timeout?: Duration | undefined;
  initialMetadata: HeaderValue[];
  retryPolicy?: RetryPolicy | undefined;
};
export declare type GrpcService_EnvoyGrpc = Message<"envoy.config.core.v3.GrpcService.EnvoyGrpc"> & {
  clusterName: string;
  authority: string;
  retryPolicy?: RetryPolicy | undefined;
  maxReceiveMessageLength?: number | undefined;
  skipEnvoyHeaders: boolean;
};
export declare type GrpcService_GoogleGrpc = Message<"envoy.config.core.v3.GrpcService.GoogleGrpc"> & {
  targetUri: string;
  channelCredentials?: GrpcService_GoogleGrpc_ChannelCredentials | undefined;
  channelCredentialsPlugin: Any[];
  callCredentials: GrpcService_GoogleGrpc_CallCredentials[];
  callCredentialsPlugin: Any[];
  statPrefix: string;
  credentialsFactoryName: string;
  config?: JsonObject | undefined;
  perStreamBufferLimitBytes?: number | undefined;
  channelArgs?: GrpcService_GoogleGrpc_ChannelArgs | undefined;
};
export declare type GrpcService_GoogleGrpc_SslCredentials = Message<"envoy.config.core.v3.GrpcService.GoogleGrpc.SslCredentials"> & {
  rootCerts?: DataSource | undefined;
  privateKey?: DataSource | undefined;
  certChain?: DataSource | undefined;
};
export declare type GrpcService_GoogleGrpc_GoogleLocalCredentials = Message<"envoy.config.core.v3.GrpcService.GoogleGrpc.GoogleLocalCredentials"> & {
};
export declare type GrpcService_GoogleGrpc_ChannelCredentials = Message<"envoy.config.core.v3.GrpcService.GoogleGrpc.ChannelCredentials"> & {
  credentialSpecifier: {
    value: GrpcService_GoogleGrpc_SslCredentials;
    case: "sslCredentials";
  } | {
    value: Empty;
    case: "googleDefault";
  } | {
    value: GrpcService_GoogleGrpc_GoogleLocalCredentials;
    case: "localCredentials";
  } | { case: undefined; value?: undefined };
};
export declare type GrpcService_GoogleGrpc_CallCredentials = Message<"envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials"> & {
  credentialSpecifier: {
    value: string;
    case: "accessToken";
  } | {
    value: Empty;
    case: "googleComputeEngine";
  } | {
    value: string;
    case: "googleRefreshToken";
  } | {
    value: GrpcService_GoogleGrpc_CallCredentials_ServiceAccountJWTAccessCredentials;
    case: "serviceAccountJwtAccess";
  } | {
    value: GrpcService_GoogleGrpc_CallCredentials_GoogleIAMCredentials;
    case: "googleIam";
  } | {
    value: GrpcService_GoogleGrpc_CallCredentials_MetadataCredentialsFromPlugin;
    case: "fromPlugin";
  } | {
    value: GrpcService_GoogleGrpc_CallCredentials_StsService;
    case: "stsService";
  } | { case: undefined; value?: undefined };
};
export declare type GrpcService_GoogleGrpc_CallCredentials_ServiceAccountJWTAccessCredentials = Message<"envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.ServiceAccountJWTAccessCredentials"> & {
  jsonKey: string;
  tokenLifetimeSeconds: bigint;
};
export declare type GrpcService_GoogleGrpc_CallCredentials_GoogleIAMCredentials = Message<"envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.GoogleIAMCredentials"> & {
  authorizationToken: string;
  authoritySelector: string;
};
export declare type GrpcService_GoogleGrpc_CallCredentials_MetadataCredentialsFromPlugin = Message<"envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.MetadataCredentialsFromPlugin"> & {
  name: string;
  configType: {
    value: Any;
    case: "typedConfig";
  } | { case: undefined; value?: undefined };
};
export declare type GrpcService_GoogleGrpc_CallCredentials_StsService = Message<"envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.StsService"> & {
  tokenExchangeServiceUri: string;
  resource: string;
  audience: string;
  scope: string;
  requestedTokenType: string;
  subjectTokenPath: string;
  subjectTokenType: string;
  actorTokenPath: string;
  actorTokenType: string;
};
export declare type GrpcService_GoogleGrpc_ChannelArgs = Message<"envoy.config.core.v3.GrpcService.GoogleGrpc.ChannelArgs"> & {
  args: { [key: string]: GrpcService_GoogleGrpc_ChannelArgs_Value };
};
export declare type GrpcService_GoogleGrpc_ChannelArgs_Value = Message<"envoy.config.core.v3.GrpcService.GoogleGrpc.ChannelArgs.Value"> & {
  valueSpecifier: {
    value: string;
    case: "stringValue";
  } | {
    value: bigint;
    case: "intValue";
  } | { case: undefined; value?: undefined };
};
