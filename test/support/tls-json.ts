/** Pieces of TLS contexts as JSON. */
import type { JsonObject } from '../../src/api/index.ts';
import type { IssuedCertificate } from './certificates.ts';

export function certificateJson(certificate: IssuedCertificate): JsonObject {
  return { certificate_chain: { inline_string: certificate.chain }, private_key: { inline_string: certificate.keyPem } };
}

export interface PeerJson {
  readonly certificate?: IssuedCertificate | readonly IssuedCertificate[];
  /** PEM. */
  readonly trusts?: string;
  /** More of the validation context. */
  readonly validation?: JsonObject;
  /** More of the common context. */
  readonly common?: JsonObject;
  /** More of the context itself. */
  readonly own?: JsonObject;
}

export function contextJson({ certificate, trusts, validation, common, own }: PeerJson): JsonObject {
  const list = certificate === undefined ? [] : Array.isArray(certificate) ? certificate : [certificate];
  const context: JsonObject = { tls_certificates: (list as IssuedCertificate[]).map(certificateJson), ...common };
  if (trusts !== undefined || validation !== undefined) {
    context['validation_context'] = { ...(trusts === undefined ? {} : { trusted_ca: { inline_string: trusts } }), ...validation };
  }
  return { common_tls_context: context, ...own };
}

/** Certificates and roots by name from the bench's secrets. */
export function discoveredJson(names: { certificate?: string; roots?: string; defaults?: JsonObject }, own: JsonObject = {}): JsonObject {
  const context: JsonObject = {};
  if (names.certificate !== undefined) context['tls_certificate_sds_secret_configs'] = [{ name: names.certificate }];
  if (names.roots !== undefined && names.defaults !== undefined) {
    context['combined_validation_context'] = {
      default_validation_context: names.defaults,
      validation_context_sds_secret_config: { name: names.roots },
    };
  } else if (names.roots !== undefined) {
    context['validation_context_sds_secret_config'] = { name: names.roots };
  }
  return { common_tls_context: context, ...own };
}
