// Generated from xds/core/v3/collection_entry.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { ResourceLocator } from "./resource_locator_pb.js";
import type { Any } from "@bufbuild/protobuf/wkt";
export declare type CollectionEntry = Message<"xds.core.v3.CollectionEntry"> & {
  resourceSpecifier: {
    value: ResourceLocator;
    case: "locator";
  } | {
    value: CollectionEntry_InlineEntry;
    case: "inlineEntry";
  } | { case: undefined; value?: undefined };
};
export declare type CollectionEntry_InlineEntry = Message<"xds.core.v3.CollectionEntry.InlineEntry"> & {
  name: string;
  version: string;
  resource?: Any | undefined;
};
