/**
 * `x-forwarded-client-cert` (Envoy 1.40 `forward_client_cert_details`): what this proxy says of the certificate that a client showed
 * it. The element is written once for each connection.
 *
 *     By=<own URI SAN>;Hash=<hex SHA-256>;Cert="…";Chain="…";Subject="…";URI=…;DNS=…;Issuer="…"
 */
import type { TlsInfo } from '../../telemetry/stream-info.ts';
import { pinName } from '../header-name.ts';
import { Field, type Headers, renderLine } from '../headers.ts';

export const CLIENT_CERT = pinName('x-forwarded-client-cert');

/** Stays, whoever sent it. */
export const CERT_KEEP = 0 as const;
/** What becomes of the header where the client showed a certificate; elsewhere it is removed. */
export const CERT_FORWARD = 1 as const;
export const CERT_APPEND = 2 as const;
export const CERT_SET = 3 as const;

export interface ClientCertSettings {
  readonly mode: typeof CERT_KEEP | typeof CERT_FORWARD | typeof CERT_APPEND | typeof CERT_SET;
  readonly cert: boolean;
  readonly chain: boolean;
  readonly subject: boolean;
  readonly uri: boolean;
  readonly dns: boolean;
  readonly issuer: boolean;
}

/** What stays with a connection. */
export interface ClientCertMemory {
  clientCert: Field | null;
}

export class ClientCertForwarder {
  private readonly settings: ClientCertSettings;

  constructor(settings: ClientCertSettings) {
    this.settings = settings;
  }

  apply(headers: Headers, tls: TlsInfo | null, memory: ClientCertMemory): void {
    const { mode } = this.settings;
    if (mode !== CERT_KEEP && (tls === null || tls.peer === null)) {
      headers.remove(CLIENT_CERT);
      return;
    }
    if (tls === null || mode === CERT_KEEP || mode === CERT_FORWARD) {
      fold(headers);
      return;
    }
    let field = memory.clientCert;
    if (field === null) {
      field = new Field(CLIENT_CERT, elementOf(tls, this.settings), -1, false);
      renderLine(field);
      memory.clientCert = field;
    }
    if (field.value === '') {
      if (mode === CERT_SET) headers.remove(CLIENT_CERT);
      return;
    }
    const given = mode === CERT_APPEND ? headers.joined(CLIENT_CERT) : undefined;
    if (given === undefined || given === '') headers.setField(field);
    else headers.set(CLIENT_CERT, `${given},${field.value}`);
  }
}

/** Several lines become the one that a list is. */
function fold(headers: Headers): void {
  const first = headers.indexOf(CLIENT_CERT, 0);
  if (first >= 0 && headers.indexOf(CLIENT_CERT, first + 1) >= 0) headers.set(CLIENT_CERT, headers.joined(CLIENT_CERT) as string);
}

/** One element, '' when there is nothing to say. */
export function elementOf({ peer, local, peerChain }: TlsInfo, settings: ClientCertSettings): string {
  const parts: string[] = [];
  for (const uri of local?.uriSans ?? []) parts.push(`By=${printable(uri)}`);
  if (peer === null) return parts.join(';');
  if (peer.sha256 !== '') parts.push(`Hash=${peer.sha256}`);
  const { pem = '' } = peer;
  if (settings.cert && pem !== '') parts.push(`Cert="${urlEncoded(pem)}"`);
  if (settings.chain) {
    let chain = peerChain === undefined ? pem : '';
    for (const certificate of peerChain ?? []) chain += certificate.pem ?? '';
    if (chain !== '') parts.push(`Chain="${urlEncoded(chain)}"`);
  }
  if (settings.subject) parts.push(`Subject="${printable(peer.subject)}"`);
  if (settings.uri) {
    if (peer.uriSans.length === 0) parts.push('URI=');
    for (const uri of peer.uriSans) parts.push(`URI=${printable(uri)}`);
  }
  if (settings.dns) for (const dns of peer.dnsSans) parts.push(`DNS=${printable(dns)}`);
  if (settings.issuer) parts.push(`Issuer="${printable(peer.issuer)}"`);
  return parts.join(';');
}

const PEM_CODES: { readonly [char: string]: string } = { '\n': '%0A', ' ': '%20', '+': '%2B', '/': '%2F', '=': '%3D' };

function urlEncoded(pem: string): string {
  return pem.replace(/[\n +/=]/g, encodedChar);
}

function encodedChar(char: string): string {
  return PEM_CODES[char] as string;
}

/** A name in a certificate may hold a line end, which would end this header. Envoy would let it. */
function printable(text: string): string {
  return text.replace(/[\x00-\x1f\x7f]/g, percent);
}

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`;
}
