// Generated from envoy/type/http/v3/path_transformation.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type PathTransformation = Message<"envoy.type.http.v3.PathTransformation"> & {
  operations: PathTransformation_Operation[];
};
export declare type PathTransformation_Operation = Message<"envoy.type.http.v3.PathTransformation.Operation"> & {
  operationSpecifier: {
    value: PathTransformation_Operation_NormalizePathRFC3986;
    case: "normalizePathRfc3986";
  } | {
    value: PathTransformation_Operation_MergeSlashes;
    case: "mergeSlashes";
  } | { case: undefined; value?: undefined };
};
export declare type PathTransformation_Operation_NormalizePathRFC3986 = Message<"envoy.type.http.v3.PathTransformation.Operation.NormalizePathRFC3986"> & {
};
export declare type PathTransformation_Operation_MergeSlashes = Message<"envoy.type.http.v3.PathTransformation.Operation.MergeSlashes"> & {
};
