/** What both sides do when a handshake is done: check the peer, count, and note who is there. */
import type { TLSSocket } from 'node:tls';
import { peerChain, sessionFacts, type VerifyError, verifyError } from '../../../src/net/node-tls.ts';
import type { TlsConnection } from '../../../src/net/tls-connection.ts';
import type { TlsInfo, TlsSide } from '../../../src/telemetry/stream-info.ts';
import type { Certificate, CertificateCache } from './certificate.ts';
import type { ContextHolder } from './context-holder.ts';
import type { PeerPolicy } from './peer-policy.ts';
import { SSL_STATS } from './stats.ts';

const S = SSL_STATS.slot;

export class Session implements TlsInfo {
  private readonly socket: TLSSocket;
  private readonly known: CertificateCache;
  private chain: readonly TlsSide[] | null;
  readonly version: string;
  readonly cipher: string;
  readonly alpn: string;
  readonly sni: string;
  readonly sessionId: string;
  readonly peer: TlsSide | null;
  readonly local: TlsSide | null;
  readonly peerValidated: boolean;

  readonly group: string;

  constructor(socket: TLSSocket, facts: HandshakeFacts, sessionId: string, peer: TlsSide | null, peerValidated: boolean) {
    this.socket = socket;
    this.known = facts.known;
    this.chain = peer === null ? NO_CHAIN : null;
    this.version = socket.getProtocol() ?? '';
    this.cipher = socket.getCipher().name;
    this.alpn = socket.alpnProtocol || '';
    this.sni = facts.sni;
    this.group = facts.curve;
    this.sessionId = sessionId;
    this.peer = peer;
    this.local = facts.local;
    this.peerValidated = peerValidated;
  }

  /** Read at the first question; after the connection is gone only the peer's own certificate is known. */
  get peerChain(): readonly TlsSide[] {
    this.chain ??= peerChain(this.socket)?.map((der) => this.known.of(der, false)) ?? [this.peer as TlsSide];
    return this.chain;
  }
}

const NO_CHAIN: readonly TlsSide[] = Object.freeze([]);

export interface HandshakeFacts {
  readonly holder: ContextHolder;
  readonly policy: PeerPolicy;
  readonly known: CertificateCache;
  readonly local: Certificate | null;
  readonly sni: string;
  /** One of these must be a SAN of the peer; null: whatever the policy says. */
  readonly names: readonly string[] | null;
  /** `X25519` …, '' when it cannot be told. */
  readonly curve: string;
  /** Wall clock in milliseconds. */
  readonly now: number;
}

/** '' after counting the handshake and setting `connection.tls`, or why the peer is refused. */
export function finishHandshake(connection: TlsConnection, facts: HandshakeFacts): string {
  const { socket } = connection;
  const { holder, policy } = facts;
  const { id, peer: der } = sessionFacts(socket);
  const said = verifyError(socket);
  const peer = der === null ? null : facts.known.of(der, said === null && policy.verifiesChain);
  let validated = false;
  if (peer !== null) {
    const refusal = policy.check(peer, chainError(said, socket, peer, facts), facts.names);
    if (refusal !== null) {
      // Counted in either case, as in Envoy.
      holder.inc(refusal.slot);
      if (!policy.acceptUntrusted) return refusal.text;
    }
    validated = refusal === null && (policy.verifiesChain || policy.hasPins);
  }
  const session = new Session(socket, facts, id, peer, validated);
  connection.setTls(session);
  holder.inc(S.handshake);
  if (socket.isSessionReused()) holder.inc(S.session_reused);
  if (peer === null) holder.inc(S.no_certificate);
  holder.count(`ciphers.${session.cipher}`);
  holder.count(`versions.${session.version}`);
  if (facts.curve !== '') holder.count(`curves.${facts.curve}`);
  const signature = peer?.signatureAlgorithm ?? '';
  if (signature !== '') holder.count(`sigalgs.${signature}`);
  return '';
}

/** OpenSSL's words where BoringSSL has others. Node goes on after an error, so the last of several is told; BoringSSL tells the first. */
const WORDS: { readonly [code: string]: string } = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self signed certificate',
  INVALID_PURPOSE: 'unsupported certificate purpose',
  SELF_SIGNED_CERT_IN_CHAIN: 'self signed certificate in certificate chain',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'unable to get local issuer certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'unable to get local issuer certificate',
};

/** '' when the chain is fine. A resumed session repeats what was said when it began, so the time is looked at again. */
function chainError(error: VerifyError | null, socket: TLSSocket, peer: Certificate, { now, policy, known }: HandshakeFacts): string {
  const said = error === null ? '' : (WORDS[error.code] ?? error.message);
  const inTime = said === '' && now > peer.validTo ? 'certificate has expired' : said;
  const text = inTime === '' ? policy.depthError(() => peerChain(socket)?.map((der) => known.of(der, false)) ?? [peer]) : inTime;
  return text === '' ? '' : `X509_verify_cert: certificate verification error at depth 0: ${text}`;
}
