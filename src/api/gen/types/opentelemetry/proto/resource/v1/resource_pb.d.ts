// Generated from opentelemetry/proto/resource/v1/resource.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { EntityRef, KeyValue } from "../../common/v1/common_pb.js";
export declare type Resource = Message<"opentelemetry.proto.resource.v1.Resource"> & {
  attributes: KeyValue[];
  droppedAttributesCount: number;
  entityRefs: EntityRef[];
};
