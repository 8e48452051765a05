// Generated from envoy/type/metadata/v3/metadata.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type MetadataKey = Message<"envoy.type.metadata.v3.MetadataKey"> & {
  key: string;
  path: MetadataKey_PathSegment[];
};
export declare type MetadataKey_PathSegment = Message<"envoy.type.metadata.v3.MetadataKey.PathSegment"> & {
  segment: {
    value: string;
    case: "key";
  } | {
    value: number;
    case: "index";
  } | { case: undefined; value?: undefined };
};
export declare type MetadataKind = Message<"envoy.type.metadata.v3.MetadataKind"> & {
  kind: {
    value: MetadataKind_Request;
    case: "request";
  } | {
    value: MetadataKind_Route;
    case: "route";
  } | {
    value: MetadataKind_Cluster;
    case: "cluster";
  } | {
    value: MetadataKind_Host;
    case: "host";
  } | { case: undefined; value?: undefined };
};
export declare type MetadataKind_Request = Message<"envoy.type.metadata.v3.MetadataKind.Request"> & {
};
export declare type MetadataKind_Route = Message<"envoy.type.metadata.v3.MetadataKind.Route"> & {
};
export declare type MetadataKind_Cluster = Message<"envoy.type.metadata.v3.MetadataKind.Cluster"> & {
};
export declare type MetadataKind_Host = Message<"envoy.type.metadata.v3.MetadataKind.Host"> & {
};
