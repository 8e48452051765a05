// Generated from envoy/config/rbac/v3/rbac.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { TypedExtensionConfig } from "../../core/v3/extension_pb.js";
import type { Expr } from "../../../../google/api/expr/v1alpha1/syntax_pb.js";
import type { CheckedExpr } from "../../../../google/api/expr/v1alpha1/checked_pb.js";
import type { CelExpressionConfig } from "../../core/v3/cel_pb.js";
import type { MetadataMatcher } from "../../../type/matcher/v3/metadata_pb.js";
import type { HeaderMatcher } from "../../route/v3/route_components_pb.js";
import type { PathMatcher } from "../../../type/matcher/v3/path_pb.js";
import type { CidrRange } from "../../core/v3/address_pb.js";
import type { Int32Range } from "../../../type/v3/range_pb.js";
import type { StringMatcher } from "../../../type/matcher/v3/string_pb.js";
import type { FilterStateMatcher } from "../../../type/matcher/v3/filter_state_pb.js";
export declare type RBAC = Message<"envoy.config.rbac.v3.RBAC"> & {
  action: RBAC_Action;
  policies: { [key: string]: Policy };
  auditLoggingOptions?: RBAC_AuditLoggingOptions | undefined;
};
export declare type RBAC_AuditLoggingOptions = Message<"envoy.config.rbac.v3.RBAC.AuditLoggingOptions"> & {
  auditCondition: RBAC_AuditLoggingOptions_AuditCondition;
  loggerConfigs: RBAC_AuditLoggingOptions_AuditLoggerConfig[];
};
export declare type RBAC_AuditLoggingOptions_AuditLoggerConfig = Message<"envoy.config.rbac.v3.RBAC.AuditLoggingOptions.AuditLoggerConfig"> & {
  auditLogger?: TypedExtensionConfig | undefined;
  isOptional: boolean;
};
export type RBAC_AuditLoggingOptions_AuditCondition = 0 | 1 | 2 | 3;
export type RBAC_Action = 0 | 1 | 2;
export declare type Policy = Message<"envoy.config.rbac.v3.Policy"> & {
  permissions: Permission[];
  principals: Principal[];
  condition?: Expr | undefined;
  checkedCondition?: CheckedExpr | undefined;
  celConfig?: CelExpressionConfig | undefined;
};
export declare type SourcedMetadata = Message<"envoy.config.rbac.v3.SourcedMetadata"> & {
  metadataMatcher?: MetadataMatcher | undefined;
  metadataSource: MetadataSource;
};
export declare type Permission = Message<"envoy.config.rbac.v3.Permission"> & {
  rule: {
    value: Permission_Set;
    case: "andRules";
  } | {
    value: Permission_Set;
    case: "orRules";
  } | {
    value: boolean;
    case: "any";
  } | {
    value: HeaderMatcher;
    case: "header";
  } | {
    value: PathMatcher;
    case: "urlPath";
  } | {
    value: CidrRange;
    case: "destinationIp";
  } | {
    value: number;
    case: "destinationPort";
  } | {
    value: Int32Range;
    case: "destinationPortRange";
  } | {
    value: MetadataMatcher;
    case: "metadata";
  } | {
    value: Permission;
    case: "notRule";
  } | {
    value: StringMatcher;
    case: "requestedServerName";
  } | {
    value: TypedExtensionConfig;
    case: "matcher";
  } | {
    value: TypedExtensionConfig;
    case: "uriTemplate";
  } | {
    value: SourcedMetadata;
    case: "sourcedMetadata";
  } | { case: undefined; value?: undefined };
};
export declare type Permission_Set = Message<"envoy.config.rbac.v3.Permission.Set"> & {
  rules: Permission[];
};
export declare type Principal = Message<"envoy.config.rbac.v3.Principal"> & {
  identifier: {
    value: Principal_Set;
    case: "andIds";
  } | {
    value: Principal_Set;
    case: "orIds";
  } | {
    value: boolean;
    case: "any";
  } | {
    value: Principal_Authenticated;
    case: "authenticated";
  } | {
    value: CidrRange;
    case: "sourceIp";
  } | {
    value: CidrRange;
    case: "directRemoteIp";
  } | {
    value: CidrRange;
    case: "remoteIp";
  } | {
    value: HeaderMatcher;
    case: "header";
  } | {
    value: PathMatcher;
    case: "urlPath";
  } | {
    value: MetadataMatcher;
    case: "metadata";
  } | {
    value: FilterStateMatcher;
    case: "filterState";
  } | {
    value: Principal;
    case: "notId";
  } | {
    value: SourcedMetadata;
    case: "sourcedMetadata";
  } | {
    value: TypedExtensionConfig;
    case: "custom";
  } | { case: undefined; value?: undefined };
};
export declare type Principal_Set = Message<"envoy.config.rbac.v3.Principal.Set"> & {
  ids: Principal[];
};
export declare type Principal_Authenticated = Message<"envoy.config.rbac.v3.Principal.Authenticated"> & {
  principalName?: StringMatcher | undefined;
};
export declare type Action = Message<"envoy.config.rbac.v3.Action"> & {
  name: string;
  action: RBAC_Action;
};
export type MetadataSource = 0 | 1;
