/** SecureContexts of OpenSSL out of secrets and settings. Made when a secret changed, not for every connection. */
import type { SecureContext, SecureContextOptions } from 'node:tls';
import { toBinary } from '../../../src/api/index.ts';
import type { Problems } from '../../../src/base/errors.ts';
import { type Certificate, certificatesOf } from './certificate.ts';
import type { Credentials, Validation } from './credentials.ts';
import { compilePeerPolicy, type PeerPolicy } from './peer-policy.ts';
import type { SharedContexts } from './shared-contexts.ts';
import type { TlsParams } from './tls-params.ts';

/** What both sides have in common. */
export interface ContextSettings {
  readonly params: TlsParams;
  readonly credentials: Credentials;
  /** Servers only. */
  readonly server: ServerSettings | null;
}

export interface ServerSettings {
  readonly requireCertificate: boolean;
  readonly requireServerName: boolean;
  readonly fullScan: boolean;
  readonly preferClientCiphers: boolean;
  readonly noTickets: boolean;
  /** Seconds. */
  readonly sessionTimeout: number;
}

/**
 * One certificate with its key, or none (a client without a certificate).
 *
 * On servers protocol and identity are two contexts, because OpenSSL completes a chain that it sends from the trust store of the
 * context that a connection was made with: it would verify our own certificate in every handshake, and send the root. There
 * `context` trusts nobody; certificate, key and trust come from `identity`, which is put upon the connection. Node does that for
 * servers only, so on clients `context` has all and `identity` is null.
 */
export interface Keyed {
  readonly context: SecureContext;
  readonly identity: SecureContext | null;
  readonly certificate: Certificate | null;
}

export interface BuiltContext {
  readonly keyed: readonly Keyed[];
  readonly policy: PeerPolicy;
  /** For the gauges: certificates by name, authorities. */
  readonly authorities: readonly Certificate[];
}

/** Node's crypto is loaded with the first context: a proxy without TLS does without. */
const crypto = (): typeof import('node:crypto') => process.getBuiltinModule('node:crypto');

const CRL = /-----BEGIN X509 CRL-----[\s\S]+?-----END X509 CRL-----/g;

/** Null after reporting why. */
export function buildContext(settings: ContextSettings, contexts: SharedContexts, problems: Problems): BuiltContext | null {
  const { credentials, server } = settings;
  const before = problems.list.length;
  const validation = credentials.validation(problems);
  const trusted = validation !== null && (validation.trustedCa !== '' || validation.systemRoots);
  const authorities = validation === null ? [] : certificatesOf(validation.trustedCa);
  const policy = compilePeerPolicy(validation?.message ?? null, trusted, authorities, problems);
  if (problems.list.length > before) return null;

  const protocol = protocolOptions(settings);
  const trust = trustOptions(validation);
  const keyed: Keyed[] = [];
  for (let i = 0; i < credentials.certificates.length; i++) {
    const secret = credentials.certificate(i);
    const certificate = secret === null ? undefined : certificatesOf(secret.certificateChain)[0];
    if (secret === null || certificate === undefined) {
      problems.add('bad_value', `the secret ${JSON.stringify(credentials.certificates[i]?.name)} holds no certificate`);
      continue;
    }
    const own = { cert: secret.certificateChain, key: secret.privateKey };
    const whole = contexts.get({ ...protocol, ...trust, ...own }, problems);
    if (whole === null) continue;
    if (server === null) {
      keyed.push({ context: whole, identity: null, certificate });
      continue;
    }
    const context = contexts.get({ ...protocol, ca: [], sessionIdContext: idOf(settings, validation, certificate) }, problems);
    if (context !== null) keyed.push({ context, identity: whole, certificate });
  }
  if (credentials.certificates.length === 0 && server === null) {
    const context = contexts.get({ ...protocol, ...trust }, problems);
    if (context !== null) keyed.push({ context, identity: null, certificate: null });
  }
  if (problems.list.length > before) return null;
  return { keyed, policy, authorities };
}

function protocolOptions({ params, server, credentials }: ContextSettings): SecureContextOptions {
  const { SSL_OP_NO_RENEGOTIATION, SSL_OP_NO_TICKET } = crypto().constants;
  const options: SecureContextOptions = {
    ciphers: params.ciphers,
    ecdhCurve: params.curves,
    minVersion: params.minVersion,
    maxVersion: params.maxVersion,
    // A second handshake on a connection could show another certificate than the one that was checked.
    secureOptions: SSL_OP_NO_RENEGOTIATION,
  };
  if (params.signatureAlgorithms !== '') options.sigalgs = params.signatureAlgorithms;
  if (server !== null) {
    options.honorCipherOrder = !server.preferClientCiphers;
    options.sessionTimeout = server.sessionTimeout;
    if (server.noTickets) options.secureOptions = SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET;
    const key = credentials.keys[0];
    if (key !== undefined) options.ticketKeys = ticketKey(key);
  }
  return options;
}

function trustOptions(validation: Validation | null): SecureContextOptions {
  const options: SecureContextOptions = {};
  // Without `ca` Node trusts its own roots; an empty list trusts nobody.
  if (validation === null) options.ca = [];
  else if (validation.trustedCa !== '') options.ca = validation.trustedCa;
  else if (!validation.systemRoots) options.ca = [];
  const crls = validation?.crl.match(CRL) ?? [];
  if (crls.length > 0) options.crl = [...crls];
  return options;
}

/** Node takes 48 bytes (name, HMAC key, AES-128 key), Envoy gives 80 (16, 32, 32). The name stays, so that it can be recognised. */
function ticketKey(key: Buffer): Buffer {
  return Buffer.concat([key.subarray(0, 16), crypto().hash('sha256', key.subarray(16), 'buffer')]);
}

/**
 * Sessions are resumed only where this agrees (SSL_CTX_set_session_id_context): also with configured ticket keys none survives a
 * change of the certificate or of anything that peers are checked with.
 */
function idOf({ params, server }: ContextSettings, validation: Validation | null, certificate: Certificate): string {
  const hash = crypto().createHash('sha256');
  hash.update(JSON.stringify([params, server, certificate.sha256, certificate.subject]));
  if (validation !== null) {
    hash.update(toBinary(validation.message)).update(`\n${validation.trustedCa}\n${validation.crl}\n${validation.systemRoots}`);
  }
  return hash.digest('hex').slice(0, 32);
}
