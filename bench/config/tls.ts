/** TLS as Istio configures it between sidecars: client certificates required, SPIFFE ids checked (istio.io, "Mutual TLS"). */
import { filesOf, type Side } from '../core/certificates.ts';
import type { Json } from '../model.ts';
import { any } from './envoy.ts';

type Message = { readonly [key: string]: Json };

const CIPHERS = [
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
];

function common(folder: string, side: Side, alpn: readonly string[]): Message {
  const files = filesOf(folder, side);
  return {
    tls_params: { tls_minimum_protocol_version: 'TLSv1_2', tls_maximum_protocol_version: 'TLSv1_3', cipher_suites: CIPHERS },
    alpn_protocols: alpn,
    tls_certificates: [{ certificate_chain: { filename: files.certificate }, private_key: { filename: files.key } }],
    validation_context: {
      trusted_ca: { filename: files.authority },
      match_typed_subject_alt_names: [{ san_type: 'URI', matcher: { prefix: 'spiffe://cluster.local/' } }],
    },
  };
}

/** The `transport_socket` of a filter chain. */
export function tlsFromClients(folder: string, alpn: readonly string[] = ['h2', 'http/1.1']): Message {
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: any('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
      common_tls_context: common(folder, 'server', alpn),
      require_client_certificate: true,
    }),
  };
}

/** The `transport_socket` of a cluster. */
export function tlsToHosts(folder: string, alpn: readonly string[] = []): Message {
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: any('envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext', {
      common_tls_context: common(folder, 'client', alpn),
      sni: 'reviews.default.svc.cluster.local',
    }),
  };
}
