import type { ClientHello } from '../../../src/net/client-hello.ts';
import type { BuiltContext, Keyed } from './build-context.ts';
import type { PeerPolicy } from './peer-policy.ts';

/** Certificates for one name, one for each kind of key. */
interface Pair {
  ecdsa: Keyed | null;
  rsa: Keyed | null;
}

const TLS13 = 0x0304;
/** Signature schemes with a curve of NIST (RFC 8446 §4.2.3). */
const ECDSA_SCHEMES: ReadonlySet<number> = new Set([0x0403, 0x0503, 0x0603]);
/** ECDHE_ECDSA suites of TLS 1.2 that are served. */
const ECDSA_SUITES: ReadonlySet<number> = new Set([0xc009, 0xc00a, 0xc02b, 0xc02c, 0xcca9]);

/**
 * Which certificate a client gets (Envoy: "certificate selection"): by SNI against the DNS names, or the common name of a
 * certificate without any; exact names before wildcards; ECDSA for clients that can verify it. Without a match the first
 * certificate, unless all are to be searched for one with the right key.
 */
export class CertificateChooser {
  readonly policy: PeerPolicy;
  private readonly all: readonly Keyed[];
  private readonly byName: Map<string, Pair>;
  private readonly fullScan: boolean;

  constructor(built: BuiltContext, fullScan: boolean) {
    this.policy = built.policy;
    this.all = built.keyed;
    this.fullScan = fullScan;
    this.byName = new Map();
    for (const keyed of built.keyed) {
      for (const name of namesOf(keyed)) this.add(name.toLowerCase(), keyed);
    }
  }

  choose(hello: ClientHello | null): Keyed {
    const all = this.all;
    const fallback = all[0] as Keyed;
    if (all.length === 1 || hello === null) return fallback;
    const ecdsa = takesEcdsa(hello);
    const name = hello.serverName.toLowerCase();
    if (name !== '') {
      const found = pick(this.byName.get(name), ecdsa) ?? pick(this.byName.get(wildcardOf(name)), ecdsa);
      if (found !== null) return found;
      if (!this.fullScan) return fallback;
    }
    return all.find(({ certificate }) => certificate?.isEcdsa === ecdsa) ?? fallback;
  }

  private add(name: string, keyed: Keyed): void {
    let pair = this.byName.get(name);
    if (pair === undefined) {
      pair = { ecdsa: null, rsa: null };
      this.byName.set(name, pair);
    }
    if (keyed.certificate?.isEcdsa === true) pair.ecdsa ??= keyed;
    else pair.rsa ??= keyed;
  }
}

function pick(pair: Pair | undefined, ecdsa: boolean): Keyed | null {
  if (pair === undefined) return null;
  return ecdsa ? (pair.ecdsa ?? pair.rsa) : pair.rsa;
}

function namesOf({ certificate }: Keyed): readonly string[] {
  if (certificate === null) return [];
  if (certificate.dnsSans.length > 0) return certificate.dnsSans;
  const common = /(?:^|,)CN=((?:[^,\\]|\\.)*)/.exec(certificate.subject);
  return common === null ? [] : [(common[1] as string).replace(/\\(.)/g, '$1')];
}

function wildcardOf(name: string): string {
  const dot = name.indexOf('.');
  return dot < 0 ? '' : `*${name.slice(dot)}`;
}

function takesEcdsa(hello: ClientHello): boolean {
  if (hello.signatureAlgorithms.length > 0 && !hello.signatureAlgorithms.some((scheme) => ECDSA_SCHEMES.has(scheme))) return false;
  return hello.versions.includes(TLS13) || hello.cipherSuites.some((suite) => ECDSA_SUITES.has(suite));
}
