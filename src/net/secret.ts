/**
 * One handle for secrets, whether they come from a file, inline, the agent or xDS (contract 14). A transport socket keeps
 * the handle and reads `current` for each handshake; a missing secret is no connection, never plain text.
 */
import type { Message } from '../api/index.ts';

export type ValidationContextMessage = Message<'envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext'>;

export interface TlsCertificateSecret {
  readonly kind: 'tls_certificate';
  /** PEM. The key is not encrypted and belongs to the first certificate of the chain. */
  readonly certificateChain: string;
  readonly privateKey: string;
  /** The file that the chain was read from, as `/certs` prints it; absent or `<inline>`: none. */
  readonly path?: string;
}

export interface ValidationContextSecret {
  readonly kind: 'validation_context';
  /** PEM bundle; '' when the secret names none. */
  readonly trustedCa: string;
  /** PEM; '' when the secret names none. */
  readonly crl: string;
  /**
   * The runtime's own roots are meant (`system_root_certs`, or the secret's name is `file-root:system`); `trustedCa` is then ''.
   */
  readonly systemRoots: boolean;
  /** The file that the roots were read from, as `/certs` prints it; absent or `<inline>`: none. */
  readonly path?: string;
  /** The whole message: SAN matchers, hashes, depth. Its data sources have been read into the fields above. */
  readonly message: ValidationContextMessage;
}

/** `session_ticket_keys`: 80 bytes each. */
export interface SessionTicketKeysSecret {
  readonly kind: 'session_ticket_keys';
  readonly keys: readonly Buffer[];
}

export type Secret = TlsCertificateSecret | ValidationContextSecret | SessionTicketKeysSecret;

/** What one transport socket is made of, as `/certs` lists it. */
export interface SecretUse {
  readonly certificates: readonly SecretHandle[];
  /** Where the roots come from: the first that has some counts. */
  readonly validations: readonly SecretHandle[];
}

export interface SecretWatcher {
  onSecret(handle: SecretHandle): void;
}

export interface SecretHandle {
  readonly name: string;
  /** Null until the first delivery, and again when the secret is withdrawn. */
  readonly current: Secret | null;
  /** Grows with every change: sessions and contexts made under an older version are not reused. */
  readonly version: number;
  watch(watcher: SecretWatcher): void;
  unwatch(watcher: SecretWatcher): void;
}
