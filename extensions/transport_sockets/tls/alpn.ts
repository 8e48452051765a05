/** The protocols of one side, best first, in the wire form of RFC 7301 §3.1. */
export class Alpn {
  readonly protocols: readonly string[];
  readonly wire: Buffer | null;

  constructor(protocols: readonly string[]) {
    this.protocols = protocols;
    this.wire = wireOf(protocols);
  }

  /** A server whose list shares nothing with the client's goes on without ALPN, as Envoy does; OpenSSL would end the handshake. */
  choose(offered: readonly string[]): Buffer | null {
    const { protocols } = this;
    for (let i = 0; i < protocols.length; i++) if (offered.includes(protocols[i] as string)) return this.wire;
    return null;
  }
}

/** Null for an empty list. Names are 1 to 255 bytes. */
export function wireOf(protocols: readonly string[]): Buffer | null {
  if (protocols.length === 0) return null;
  return Buffer.concat(protocols.map((name) => Buffer.from(`${String.fromCharCode(name.length)}${name}`, 'latin1')));
}
