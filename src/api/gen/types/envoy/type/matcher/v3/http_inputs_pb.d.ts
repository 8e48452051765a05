// Generated from envoy/type/matcher/v3/http_inputs.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type HttpRequestHeaderMatchInput = Message<"envoy.type.matcher.v3.HttpRequestHeaderMatchInput"> & {
  headerName: string;
};
export declare type HttpRequestTrailerMatchInput = Message<"envoy.type.matcher.v3.HttpRequestTrailerMatchInput"> & {
  headerName: string;
};
export declare type HttpResponseHeaderMatchInput = Message<"envoy.type.matcher.v3.HttpResponseHeaderMatchInput"> & {
  headerName: string;
};
export declare type HttpResponseTrailerMatchInput = Message<"envoy.type.matcher.v3.HttpResponseTrailerMatchInput"> & {
  headerName: string;
};
export declare type HttpRequestQueryParamMatchInput = Message<"envoy.type.matcher.v3.HttpRequestQueryParamMatchInput"> & {
  queryParam: string;
};
