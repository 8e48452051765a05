// Generated from envoy/extensions/filters/http/credential_injector/v3/credential_injector.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { TypedExtensionConfig } from "../../../../../config/core/v3/extension_pb.js";
export declare type CredentialInjector = Message<"envoy.extensions.filters.http.credential_injector.v3.CredentialInjector"> & {
  overwrite: boolean;
  allowRequestWithoutCredential: boolean;
  credential?: TypedExtensionConfig | undefined;
};
