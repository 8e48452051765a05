import { statSpec } from '../../../src/telemetry/stats.ts';

/** `listener.<address>.ssl.` and `cluster.<name>.ssl.` (Envoy: TLS statistics). OCSP is not done: its counters are there because dashboards ask. */
export const SSL_STATS = statSpec({
  counters: [
    'connection_error',
    'fail_verify_cert_hash',
    'fail_verify_error',
    'fail_verify_no_cert',
    'fail_verify_san',
    'handshake',
    'no_certificate',
    'ocsp_staple_failed',
    'ocsp_staple_omitted',
    'ocsp_staple_requests',
    'ocsp_staple_responses',
    'session_reused',
  ],
});

/** `listener.<address>.server_ssl_socket_factory.` and `cluster.<name>.client_ssl_socket_factory.` */
export const FACTORY_STATS = statSpec({
  counters: ['downstream_context_secrets_not_ready', 'ssl_context_update_by_sds', 'upstream_context_secrets_not_ready'],
});

/** `….ssl.certificate.<name>.` */
export const CERTIFICATE_STATS = statSpec({
  gauges: ['expiration_unix_time_seconds'],
  replicated: ['expiration_unix_time_seconds'],
});
