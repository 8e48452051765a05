// Generated from xds/type/matcher/v3/http_inputs.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type HttpAttributesCelMatchInput = Message<"xds.type.matcher.v3.HttpAttributesCelMatchInput"> & {
};
