// Generated from envoy/extensions/filters/http/api_key_auth/v3/api_key_auth.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type ApiKeyAuth = Message<"envoy.extensions.filters.http.api_key_auth.v3.ApiKeyAuth"> & {
  credentials: Credential[];
  keySources: KeySource[];
  forwarding?: Forwarding | undefined;
};
export declare type ApiKeyAuthPerRoute = Message<"envoy.extensions.filters.http.api_key_auth.v3.ApiKeyAuthPerRoute"> & {
  credentials: Credential[];
  keySources: KeySource[];
  allowedClients: string[];
  forwarding?: Forwarding | undefined;
};
export declare type Credential = Message<"envoy.extensions.filters.http.api_key_auth.v3.Credential"> & {
  key: string;
  client: string;
};
export declare type KeySource = Message<"envoy.extensions.filters.http.api_key_auth.v3.KeySource"> & {
  header: string;
  query: string;
  cookie: string;
};
export declare type Forwarding = Message<"envoy.extensions.filters.http.api_key_auth.v3.Forwarding"> & {
  header: string;
  hideCredentials: boolean;
};
