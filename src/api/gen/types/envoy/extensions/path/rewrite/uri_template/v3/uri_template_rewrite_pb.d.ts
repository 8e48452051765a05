// Generated from envoy/extensions/path/rewrite/uri_template/v3/uri_template_rewrite.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type UriTemplateRewriteConfig = Message<"envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig"> & {
  pathTemplateRewrite: string;
};
