/** What a validation context asks of a peer's certificate, and whether one meets it. */
import {
  refuseOthers,
  envoy_extensions_transport_sockets_tls_v3_CertificateValidationContext_TrustChainVerification as Verification,
} from '../../../src/api/index.ts';
import type { Problems } from '../../../src/base/errors.ts';
import type { ValidationContextMessage } from '../../../src/net/secret.ts';
import { verifyFailedText } from '../../../src/net/tls-errors.ts';
import { type Certificate, USE_CERT_SIGN, USE_CRL_SIGN, USE_DIGITAL_SIGNATURE } from './certificate.ts';
import { compileTyped, compileUntyped, dnsMatches, type SanMatcher } from './san-matcher.ts';
import { SSL_STATS } from './stats.ts';

const S = SSL_STATS.slot;

const HONOURED = new Set([
  'trusted_ca',
  'system_root_certs',
  'watched_directory',
  'verify_certificate_spki',
  'verify_certificate_hash',
  'match_typed_subject_alt_names',
  'match_subject_alt_names',
  'crl',
  'trust_chain_verification',
  'max_verify_depth',
]);
const HINTS: Readonly<Record<string, string>> = {
  custom_validator_config: 'match the URI SAN with match_typed_subject_alt_names',
  only_verify_leaf_cert_crl: 'give a CRL for every authority of the chain',
  allow_expired_certificate: 'renew the certificate',
};

const MAX_DEPTH = 100;

/** Refusal of a certificate: the counter, and the reason in Envoy's words. */
export class Refusal {
  readonly slot: number;
  readonly text: string;

  constructor(slot: number, detail: string) {
    this.slot = slot;
    this.text = verifyFailedText(detail);
  }
}

export class PeerPolicy {
  /** The chain must lead to a trusted authority. */
  readonly verifiesChain: boolean;
  readonly acceptUntrusted: boolean;
  readonly maxDepth: number;
  readonly matchers: readonly SanMatcher[];
  private readonly hashes: ReadonlySet<string>;
  private readonly keys: ReadonlySet<string>;

  /** Trusted certificates by SHA-256: one of them may be its own leaf. */
  private readonly anchors: ReadonlyMap<string, Certificate>;

  constructor(
    message: ValidationContextMessage | null,
    verifiesChain: boolean,
    anchors: readonly Certificate[],
    matchers: readonly SanMatcher[],
  ) {
    this.verifiesChain = verifiesChain;
    this.anchors = new Map(anchors.map((anchor) => [anchor.sha256, anchor]));
    this.acceptUntrusted = message?.trustChainVerification === Verification.ACCEPT_UNTRUSTED;
    this.maxDepth = message?.maxVerifyDepth ?? -1;
    this.matchers = matchers;
    this.hashes = new Set(message?.verifyCertificateHash.map((hash) => hash.replaceAll(':', '').toLowerCase()));
    this.keys = new Set(message?.verifyCertificateSpki);
  }

  get hasPins(): boolean {
    return this.hashes.size > 0 || this.keys.size > 0;
  }

  /** A server asks its clients for a certificate when it can do something with it. */
  get wantsCertificate(): boolean {
    return this.verifiesChain || this.hasPins || this.acceptUntrusted;
  }

  /**
   * Authorities between the leaf and the root, by the names of what the peer sent (its own certificate first) and of what is trusted.
   * OpenSSL has verified the signatures; Node does not let it count (`max_verify_depth`).
   */
  private depthOf(chain: readonly Certificate[]): number {
    let above = chain[0] as Certificate;
    let depth = -1;
    // A self-signed certificate is the end; and nobody trusts that many.
    while (above.issuer !== above.subject && depth < MAX_DEPTH) {
      const { issuer } = above;
      const next = chain.find(({ subject }) => subject === issuer) ?? [...this.anchors.values()].find(({ subject }) => subject === issuer);
      if (next === undefined) break;
      depth++;
      above = next;
    }
    return Math.max(depth, 0);
  }

  /** '' or what OpenSSL would say: more authorities than allowed. `chain` is asked only where there is a limit. */
  depthError(chain: () => readonly Certificate[]): string {
    return this.maxDepth < 0 || this.depthOf(chain()) <= this.maxDepth ? '' : 'certificate chain too long';
  }

  /**
   * `chainError` is what OpenSSL says about the chain, '' when it is fine. `names`: one of these must be among the SANs
   * (`auto_sni_san_validation`), besides what the context asks for. Null: the peer is who it should be. What is found is no refusal where
   * `acceptUntrusted`.
   */
  check(certificate: Certificate, chainError: string, names: readonly string[] | null): Refusal | null {
    if (this.verifiesChain && chainError !== '') {
      return new Refusal(S.fail_verify_error, `verify cert failed: ${chainError}`);
    }
    const refusal = this.checkLeaf(certificate) ?? this.checkNames(certificate, names);
    if (refusal !== null) return refusal;
    if (this.hasPins && !this.hashes.has(certificate.sha256) && !this.keys.has(certificate.spkiSha256)) {
      return new Refusal(S.fail_verify_cert_hash, 'verify cert failed: cert hash and spki');
    }
    return null;
  }

  /** What OpenSSL lets pass and no identity may do: X509-SVID §4 and §5, RFC 5280 §4.2.1.3. */
  private checkLeaf(certificate: Certificate): Refusal | null {
    if (!this.verifiesChain) return null;
    if (certificate.malformed) return new Refusal(S.fail_verify_error, 'verify cert failed: malformed certificate');
    if (this.anchors.has(certificate.sha256)) return null;
    if (certificate.isCa) return new Refusal(S.fail_verify_error, 'verify cert failed: leaf certificate is a certificate authority');
    const { keyUsage } = certificate;
    if (keyUsage >= 0 && (keyUsage & (USE_CERT_SIGN | USE_CRL_SIGN)) !== 0) {
      return new Refusal(S.fail_verify_error, 'verify cert failed: leaf certificate may sign certificates');
    }
    if (keyUsage >= 0 && (keyUsage & USE_DIGITAL_SIGNATURE) === 0) {
      return new Refusal(S.fail_verify_error, 'verify cert failed: key usage lacks digital signature');
    }
    return null;
  }

  private checkNames(certificate: Certificate, names: readonly string[] | null): Refusal | null {
    const { uriSans, sans } = certificate;
    if (this.verifiesChain && uriSans.length > 1 && uriSans.some(isSpiffe)) {
      return new Refusal(S.fail_verify_san, `verify cert failed: SAN matcher, more than one URI SAN with a SPIFFE id${list(certificate)}`);
    }
    if (this.verifiesChain && sans.some((san) => san.text.includes('\0'))) {
      return new Refusal(S.fail_verify_san, `verify cert failed: SAN matcher, a SAN contains NUL${list(certificate)}`);
    }
    if (names !== null && !names.some((name) => covers(certificate, name))) {
      return new Refusal(S.fail_verify_san, 'verify cert failed: verify SAN list');
    }
    const { matchers } = this;
    if (matchers.length === 0) return null;
    for (let i = 0; i < matchers.length; i++) if (matchers[i]?.matches(certificate) === true) return null;
    return new Refusal(S.fail_verify_san, `verify cert failed: SAN matcher${list(certificate)}`);
  }
}

function isSpiffe(uri: string): boolean {
  return uri.startsWith('spiffe://');
}

function covers(certificate: Certificate, name: string): boolean {
  return (
    certificate.dnsSans.some((san) => dnsMatches(name, san)) || certificate.uriSans.includes(name) || certificate.ipSans.includes(name)
  );
}

function list(certificate: Certificate): string {
  return `, certificate SANs are [${certificate.sans.map((san) => san.text).join(', ')}]`;
}

/** `trusted`: there are authorities to verify the chain with, of which `anchors` are known. Problems are reported under the message. */
export function compilePeerPolicy(
  message: ValidationContextMessage | null,
  trusted: boolean,
  anchors: readonly Certificate[],
  problems: Problems,
): PeerPolicy {
  const matchers: SanMatcher[] = [];
  if (message === null) return new PeerPolicy(null, trusted, anchors, matchers);
  refuseOthers(message, HONOURED, problems, HINTS);
  message.matchTypedSubjectAltNames.forEach((typed, i) => {
    const matcher = compileTyped(typed, problems.at('match_typed_subject_alt_names').at(i));
    if (matcher !== null) matchers.push(matcher);
  });
  // The typed list wins, as in Envoy.
  if (message.matchTypedSubjectAltNames.length === 0) {
    message.matchSubjectAltNames.forEach((untyped, i) => {
      matchers.push(...compileUntyped(untyped, problems.at('match_subject_alt_names').at(i)));
    });
  }
  message.verifyCertificateHash.forEach((hash, i) => {
    if (/^[0-9a-fA-F]{64}$/.test(hash.replaceAll(':', ''))) return;
    problems.at('verify_certificate_hash').at(i).add('bad_value', `Invalid hex-encoded SHA-256 ${hash}`);
  });
  message.verifyCertificateSpki.forEach((pin, i) => {
    if (Buffer.from(pin, 'base64').length === 32) return;
    problems.at('verify_certificate_spki').at(i).add('bad_value', `Invalid base64-encoded SHA-256 ${pin}`);
  });
  if (matchers.length > 0 && !trusted) {
    problems.add('bad_value', 'SAN-based verification of peer certificates without trusted CA is insecure and not allowed');
  }
  return new PeerPolicy(message, trusted, anchors, matchers);
}
