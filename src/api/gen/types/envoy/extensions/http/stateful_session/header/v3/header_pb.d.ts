// Generated from envoy/extensions/http/stateful_session/header/v3/header.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type HeaderBasedSessionState = Message<"envoy.extensions.http.stateful_session.header.v3.HeaderBasedSessionState"> & {
  name: string;
};
