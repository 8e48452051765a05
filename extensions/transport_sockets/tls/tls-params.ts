/** `tls_params`: versions, cipher suites, groups and signature algorithms, from BoringSSL's spelling to OpenSSL's. */
import type { SecureVersion } from 'node:tls';
import {
  type Message,
  envoy_extensions_transport_sockets_tls_v3_TlsParameters_TlsProtocol as Protocol,
  refuseOthers,
} from '../../../src/api/index.ts';
import type { Problems } from '../../../src/base/errors.ts';

export type TlsParameters = Message<'envoy.extensions.transport_sockets.tls.v3.TlsParameters'>;

export interface TlsParams {
  readonly minVersion: SecureVersion;
  readonly maxVersion: SecureVersion;
  /** OpenSSL's cipher string, TLS 1.3 suites in it. */
  readonly ciphers: string;
  /** Groups, best first. */
  readonly groups: readonly string[];
  /** The same, joined by colons. */
  readonly curves: string;
  /** '' for OpenSSL's own. */
  readonly signatureAlgorithms: string;
}

const VERSIONS: { readonly [value: number]: SecureVersion } = {
  [Protocol.TLSv1_0]: 'TLSv1',
  [Protocol.TLSv1_1]: 'TLSv1.1',
  [Protocol.TLSv1_2]: 'TLSv1.2',
  [Protocol.TLSv1_3]: 'TLSv1.3',
};

/** BoringSSL's order where it has AES instructions; they cannot be configured there either. */
const SUITES_13 = 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256';

const DEFAULT_CIPHERS = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
];

/** Names of RFC 5246 and its successors, which BoringSSL takes as well. */
const STANDARD_NAMES: { readonly [name: string]: string } = {
  TLS_RSA_WITH_AES_128_CBC_SHA: 'AES128-SHA',
  TLS_RSA_WITH_AES_256_CBC_SHA: 'AES256-SHA',
  TLS_RSA_WITH_AES_128_GCM_SHA256: 'AES128-GCM-SHA256',
  TLS_RSA_WITH_AES_256_GCM_SHA384: 'AES256-GCM-SHA384',
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256: 'ECDHE-RSA-AES128-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
};
const CIPHERS: ReadonlySet<string> = new Set(Object.values(STANDARD_NAMES));

const CURVES: { readonly [name: string]: string } = {
  X25519: 'X25519',
  'P-256': 'P-256',
  prime256v1: 'P-256',
  secp256r1: 'P-256',
  'P-384': 'P-384',
  secp384r1: 'P-384',
  'P-521': 'P-521',
  secp521r1: 'P-521',
  X25519MLKEM768: 'X25519MLKEM768',
};
const DEFAULT_CURVES = ['X25519MLKEM768', 'X25519', 'P-256'];

const SIGNATURE_ALGORITHMS: ReadonlySet<string> = new Set([
  'rsa_pkcs1_sha1',
  'rsa_pkcs1_sha256',
  'rsa_pkcs1_sha384',
  'rsa_pkcs1_sha512',
  'ecdsa_sha1',
  'ecdsa_secp256r1_sha256',
  'ecdsa_secp384r1_sha384',
  'ecdsa_secp521r1_sha512',
  'rsa_pss_rsae_sha256',
  'rsa_pss_rsae_sha384',
  'rsa_pss_rsae_sha512',
  'ed25519',
]);

const HONOURED = new Set([
  'tls_minimum_protocol_version',
  'tls_maximum_protocol_version',
  'cipher_suites',
  'ecdh_curves',
  'signature_algorithms',
]);

/** Groups by number (IANA TLS Supported Groups), as BoringSSL names them in stats. */
export const GROUP_NAMES: { readonly [id: number]: string } = {
  23: 'P-256',
  24: 'P-384',
  25: 'P-521',
  29: 'X25519',
  4588: 'X25519MLKEM768',
};

/** Envoy's defaults: TLS 1.2 to 1.3 for servers, TLS 1.2 alone for clients. */
export function compileTlsParams(message: TlsParameters | undefined, server: boolean, problems: Problems): TlsParams {
  if (message !== undefined) refuseOthers(message, HONOURED, problems);
  const minVersion = VERSIONS[message?.tlsMinimumProtocolVersion ?? 0] ?? 'TLSv1.2';
  const maxVersion = VERSIONS[message?.tlsMaximumProtocolVersion ?? 0] ?? (server ? 'TLSv1.3' : 'TLSv1.2');
  // "TLSv1" sorts before "TLSv1.1" and so on. A client told to begin at 1.3 ends there too.
  if (minVersion > maxVersion && message?.tlsMaximumProtocolVersion !== Protocol.TLS_AUTO) {
    problems.at('tls_maximum_protocol_version').add('bad_value', `${maxVersion} is less than the minimum ${minVersion}`);
  }
  const ciphers = ciphersOf(message?.cipherSuites ?? [], problems.at('cipher_suites'));
  const old = minVersion < 'TLSv1.2';
  const groups = curvesOf(message?.ecdhCurves ?? [], problems.at('ecdh_curves'));
  return {
    minVersion,
    maxVersion: minVersion > maxVersion ? minVersion : maxVersion,
    ciphers: `${SUITES_13}:${ciphers.join(':')}${old ? ':@SECLEVEL=0' : ''}`,
    groups,
    curves: groups.join(':'),
    signatureAlgorithms: signaturesOf(message?.signatureAlgorithms ?? [], problems.at('signature_algorithms')),
  };
}

/** `[A|B]` are suites of equal rank, which OpenSSL does not know: the order is kept. */
function ciphersOf(list: readonly string[], problems: Problems): string[] {
  const found: string[] = [];
  list.forEach((entry, i) => {
    for (const part of entry.split(':')) {
      const group = part.startsWith('[') && part.endsWith(']') ? part.slice(1, -1).split('|') : [part];
      for (const name of group) {
        const known = STANDARD_NAMES[name] ?? name;
        if (CIPHERS.has(known)) found.push(known);
        else if (name !== '') problems.at(i).add('bad_value', `Failed to initialize cipher suites: ${JSON.stringify(name)} is not known`);
      }
    }
  });
  return found.length === 0 ? DEFAULT_CIPHERS : found;
}

function curvesOf(list: readonly string[], problems: Problems): string[] {
  const found: string[] = [];
  list.forEach((entry, i) => {
    for (const name of entry.split(':')) {
      const known = CURVES[name];
      if (known !== undefined) found.push(known);
      else problems.at(i).add('bad_value', `Failed to initialize ECDH curves: ${JSON.stringify(name)} is not known`);
    }
  });
  return found.length === 0 ? DEFAULT_CURVES : found;
}

function signaturesOf(list: readonly string[], problems: Problems): string {
  const found: string[] = [];
  list.forEach((entry, i) => {
    for (const name of entry.split(':')) {
      if (SIGNATURE_ALGORITHMS.has(name)) found.push(name);
      else problems.at(i).add('bad_value', `Failed to initialize TLS signature algorithms: ${JSON.stringify(name)} is not known`);
    }
  });
  return found.join(':');
}
