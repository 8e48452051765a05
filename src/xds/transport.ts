/** What discovery needs of gRPC: one stream of messages in each direction, as bytes. */
export interface DiscoveryTransport {
  /** Opens a stream of that method (`/envoy.service.secret.v3.SecretDiscoveryService/StreamSecrets`). */
  open(method: string, events: StreamEvents): TransportStream;
  close(): void;
}

export interface StreamEvents {
  onMessage(bytes: Buffer): void;
  /** Once, whoever ended it; not after `cancel`. `reason`: `14, connection refused`. */
  onEnd(reason: string): void;
}

export interface TransportStream {
  send(bytes: Uint8Array): void;
  cancel(): void;
}
