// Generated from envoy/service/auth/v3/attribute_context.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { HeaderMap, Metadata } from "../../../config/core/v3/base_pb.js";
import type { Address } from "../../../config/core/v3/address_pb.js";
import type { Timestamp } from "@bufbuild/protobuf/wkt";
export declare type AttributeContext = Message<"envoy.service.auth.v3.AttributeContext"> & {
  source?: AttributeContext_Peer | undefined;
  destination?: AttributeContext_Peer | undefined;
  request?: AttributeContext_Request | undefined;
  contextExtensions: { [key: string]: string };
  metadataContext?: Metadata | undefined;
  routeMetadataContext?: Metadata | undefined;
  tlsSession?: AttributeContext_TLSSession | undefined;
};
export declare type AttributeContext_Peer = Message<"envoy.service.auth.v3.AttributeContext.Peer"> & {
  address?: Address | undefined;
  service: string;
  labels: { [key: string]: string };
  principal: string;
  certificate: string;
};
export declare type AttributeContext_Request = Message<"envoy.service.auth.v3.AttributeContext.Request"> & {
  time?: Timestamp | undefined;
  http?: AttributeContext_HttpRequest | undefined;
};
export declare type AttributeContext_HttpRequest = Message<"envoy.service.auth.v3.AttributeContext.HttpRequest"> & {
  id: string;
  method: string;
  headers: { [key: string]: string };
  headerMap?: HeaderMap | undefined;
  path: string;
  host: string;
  scheme: string;
  query: string;
  fragment: string;
  size: bigint;
  protocol: string;
  body: string;
  rawBody: Uint8Array;
};
export declare type AttributeContext_TLSSession = Message<"envoy.service.auth.v3.AttributeContext.TLSSession"> & {
  sni: string;
};
