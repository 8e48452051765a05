// Generated from xds/core/v3/resource_locator.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { ContextParams } from "./context_params_pb.js";
export declare type ResourceLocator = Message<"xds.core.v3.ResourceLocator"> & {
  scheme: ResourceLocator_Scheme;
  id: string;
  authority: string;
  resourceType: string;
  contextParamSpecifier: {
    value: ContextParams;
    case: "exactContext";
  } | { case: undefined; value?: undefined };
  directives: ResourceLocator_Directive[];
};
export declare type ResourceLocator_Directive = Message<"xds.core.v3.ResourceLocator.Directive"> & {
  directive: {
    value: ResourceLocator;
    case: "alt";
  } | {
    value: string;
    case: "entry";
  } | { case: undefined; value?: undefined };
};
export type ResourceLocator_Scheme = 0 | 1 | 2;
