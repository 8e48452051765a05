import { statSpec } from '../../src/telemetry/stats.ts';

/** `http_inspector.`: all listeners together (Envoy docs, "HTTP Inspector"). */
export const HTTP_INSPECTOR_STATS = statSpec({
  counters: ['http10_found', 'http11_found', 'http2_found', 'http_not_found', 'read_error'],
  gauges: [],
});
