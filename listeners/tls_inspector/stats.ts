import { statSpec } from '../../src/telemetry/stats.ts';

/** `tls_inspector.`: all listeners together (Envoy docs, "TLS Inspector"). */
export const TLS_INSPECTOR_STATS = statSpec({
  counters: ['alpn_found', 'alpn_not_found', 'client_hello_too_large', 'sni_found', 'sni_not_found', 'tls_found', 'tls_not_found'],
  gauges: [],
  histograms: ['bytes_processed'],
});
