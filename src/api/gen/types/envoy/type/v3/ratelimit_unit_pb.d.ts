// Generated from envoy/type/v3/ratelimit_unit.proto by "npm run gen".

export type RateLimitUnit = 0 | 1 | 2 | 3 | 4 | 5 | 6;
