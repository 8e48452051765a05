/** `/certs`: the certificates of every TLS context as they are now, with Envoy's fields. */
import type { X509Certificate } from 'node:crypto';
import type { PemStatus, TlsContextStatus } from '../upstream/instances.ts';
import { type AdminRoute, json, page } from './route.ts';

const DAY_MS = 86_400_000;
const BLOCK = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[\s\S]+?-----END (?:X509 |TRUSTED )?CERTIFICATE-----/;

export const certs: AdminRoute = page('/certs', 'print certs on machine', async (_, { view }) => {
  const now = Date.now();
  const reply = json({ certificates: (await view.certificates()).map((context) => entry(context, now)) });
  return { ...reply, body: asEnvoyEscapes(reply.body as string) };
});

function entry({ certificates, roots }: TlsContextStatus, now: number): object {
  return {
    ca_cert: roots === null ? [] : details(roots, now),
    cert_chain: certificates.flatMap((certificate) => details(certificate, now)),
  };
}

/** Of the first certificate in the text. */
function details({ path, pem }: PemStatus, now: number): object[] {
  const { X509Certificate: Certificate } = process.getBuiltinModule('node:crypto');
  const block = BLOCK.exec(pem);
  if (block === null) return [];
  const certificate = new Certificate(block[0]);
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  return [
    {
      path,
      serial_number: certificate.serialNumber.toLowerCase(),
      subject_alt_names: names(certificate),
      days_until_expiration: String(Math.max(0, Math.floor((to - now) / DAY_MS))),
      valid_from: timeText(from),
      expiration_time: timeText(to),
    },
  ];
}

/** Envoy lists DNS names first, then URIs, then addresses; other kinds do not show. */
function names({ subjectAltName }: X509Certificate): object[] {
  const found: { readonly kind: string; readonly value: string }[] = [];
  // `DNS:a, URI:"quoted, when odd", IP Address:…` (node:crypto).
  for (const [, kind = '', quoted, plain] of (subjectAltName ?? '').matchAll(
    /(DNS|URI|IP Address|[^:,"]+):(?:("(?:[^"\\]|\\.)*")|([^,]*))(?:, |$)/g,
  )) {
    const value = quoted === undefined ? (plain ?? '') : String(JSON.parse(quoted));
    found.push({ kind, value: kind === 'IP Address' ? shortIp(value) : value });
  }
  const of = (kind: string, field: string): object[] => found.filter((each) => each.kind === kind).map(({ value }) => ({ [field]: value }));
  return [...of('DNS', 'dns'), ...of('URI', 'uri'), ...of('IP Address', 'ip_address')];
}

/** Node writes every group of an IPv6 address, Envoy the short form. */
function shortIp(ip: string): string {
  return ip.includes(':') ? new URL(`http://[${ip}]`).hostname.slice(1, -1) : ip;
}

/** proto3 JSON of a Timestamp. */
function timeText(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/** `<inline>` as protobuf's JSON writes it. */
function asEnvoyEscapes(text: string): string {
  return text.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e');
}
