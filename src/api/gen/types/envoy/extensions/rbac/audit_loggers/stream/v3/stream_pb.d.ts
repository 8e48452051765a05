// Generated from envoy/extensions/rbac/audit_loggers/stream/v3/stream.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type StdoutAuditLog = Message<"envoy.extensions.rbac.audit_loggers.stream.v3.StdoutAuditLog"> & {
};
