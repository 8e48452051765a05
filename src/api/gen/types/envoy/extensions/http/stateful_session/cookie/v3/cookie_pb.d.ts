// Generated from envoy/extensions/http/stateful_session/cookie/v3/cookie.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Cookie } from "../../../../../type/http/v3/cookie_pb.js";
export declare type CookieBasedSessionState = Message<"envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState"> & {
  cookie?: Cookie | undefined;
};
