// Generated from envoy/type/v3/http.proto by "npm run gen".

export type CodecClientType = 0 | 1 | 2;
