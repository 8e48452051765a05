// Generated from envoy/extensions/clusters/common/dns/v3/dns.proto by "npm run gen".

export type DnsLookupFamily = 0 | 1 | 2 | 3 | 4 | 5;
