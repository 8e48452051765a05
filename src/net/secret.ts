/**
 * One handle for secrets, whether they come from a file, inline, the agent or xDS (contract 14). A transport socket keeps
 * the handle and reads `current` for each handshake; a missing secret is no connection, never plain text.
 */
export interface TlsCertificateSecret {
  readonly kind: 'tls_certificate';
  /** PEM. */
  readonly certificateChain: string;
  readonly privateKey: string;
}

export interface ValidationContextSecret {
  readonly kind: 'validation_context';
  /** PEM bundle. */
  readonly trustedCa: string;
  readonly crl: string;
}

export type Secret = TlsCertificateSecret | ValidationContextSecret;

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
