// Generated from envoy/type/http/v3/cookie.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Duration } from "@bufbuild/protobuf/wkt";
export declare type Cookie = Message<"envoy.type.http.v3.Cookie"> & {
  name: string;
  ttl?: Duration | undefined;
  path: string;
  attributes: CookieAttribute[];
};
export declare type CookieAttribute = Message<"envoy.type.http.v3.CookieAttribute"> & {
  name: string;
  value: string;
};
