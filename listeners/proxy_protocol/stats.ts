import { statSpec } from '../../src/telemetry/stats.ts';

/** `proxy_proto.[<stat_prefix>.]` (Envoy docs, "Proxy Protocol"). */
export const PROXY_STATS = statSpec({ counters: ['not_found_allowed', 'not_found_disallowed'], gauges: [] });

/** `proxy_proto.[<stat_prefix>.]versions.v<1|2>.` */
export const VERSION_STATS = statSpec({ counters: ['disallowed', 'error', 'found'], gauges: [] });

/** Without a prefix: Envoy's older name. */
export const LEGACY_STATS = statSpec({ counters: ['downstream_cx_proxy_proto_error'], gauges: [] });
