// Generated from envoy/extensions/http/stateful_session/envelope/v3/envelope.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type EnvelopeSessionState = Message<"envoy.extensions.http.stateful_session.envelope.v3.EnvelopeSessionState"> & {
  header?: EnvelopeSessionState_Header | undefined;
};
export declare type EnvelopeSessionState_Header = Message<"envoy.extensions.http.stateful_session.envelope.v3.EnvelopeSessionState.Header"> & {
  name: string;
};
