// Generated from envoy/extensions/path/match/uri_template/v3/uri_template_match.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type UriTemplateMatchConfig = Message<"envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig"> & {
  pathTemplate: string;
};
