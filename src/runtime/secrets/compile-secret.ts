/** A resolved Secret message → what transport sockets hold. */
import { type Message, refuseOthers } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import type { Secret } from '../../net/secret.ts';
import { decryptKey, faultOfChain, faultOfKey, faultOfRoots } from './check-pem.ts';
import type { SecretMessage } from './resolve-secret.ts';

/** Bytes of a session ticket key: name, HMAC and AES keys (Envoy `TlsSessionTicketKeys`). */
const TICKET_KEY_BYTES = 80;

const CERTIFICATE = new Set(['certificate_chain', 'private_key', 'password', 'watched_directory']);
const HINTS = { pkcs12: 'use PEM', private_key_provider: 'use private_key', ocsp_staple: 'OCSP responses are not stapled' };

/** `message` as `resolveSecret` left it. Null after reporting why there is none. */
export function compileSecret(message: SecretMessage, problems: Problems): Secret | null {
  const { type } = message;
  switch (type.case) {
    case 'tlsCertificate':
      return compileCertificate(type.value, problems.at('tls_certificate'));
    case 'validationContext':
      return compileValidation(type.value, problems.at('validation_context'));
    case 'sessionTicketKeys': {
      const at = problems.at('session_ticket_keys').at('keys');
      const keys = type.value.keys.map((key) => bytesOf(key));
      keys.forEach((key, i) => {
        if (key.length !== TICKET_KEY_BYTES)
          at.at(i).add('bad_value', `a session ticket key has ${TICKET_KEY_BYTES} bytes, not ${key.length}`);
      });
      return { kind: 'session_ticket_keys', keys };
    }
    case 'genericSecret':
      problems.add('unsupported', 'a generic_secret is no certificate');
      return null;
    default:
      problems.add('missing', 'a secret needs tls_certificate, validation_context or session_ticket_keys');
      return null;
  }
}

function compileCertificate(value: Message<'envoy.extensions.transport_sockets.tls.v3.TlsCertificate'>, problems: Problems): Secret | null {
  if (!refuseOthers(value, CERTIFICATE, problems, HINTS)) return null;
  const certificateChain = textOf(value.certificateChain);
  let privateKey = textOf(value.privateKey);
  if (certificateChain === '') problems.at('certificate_chain').add('missing', 'a source is needed', 'set filename or inline_string');
  if (privateKey === '') problems.at('private_key').add('missing', 'a source is needed', 'set filename or inline_string');
  if (problems.failed) return null;
  if (value.password !== undefined) {
    privateKey = decryptKey(privateKey, textOf(value.password));
    if (privateKey === '') problems.at('password').add('bad_value', 'it does not open the private key');
  }
  if (problems.failed) return null;
  report(faultOfChain(certificateChain), problems.at('certificate_chain'));
  if (!problems.failed) report(faultOfKey(certificateChain, privateKey), problems.at('private_key'));
  return { kind: 'tls_certificate', certificateChain, privateKey };
}

function compileValidation(
  value: Message<'envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext'>,
  problems: Problems,
): Secret | null {
  const trustedCa = textOf(value.trustedCa);
  const crl = textOf(value.crl);
  if (value.trustedCa !== undefined) report(faultOfRoots(trustedCa), problems.at('trusted_ca'));
  if (value.crl !== undefined && !crl.includes('-----BEGIN X509 CRL-----')) report('it holds no revocation list', problems.at('crl'));
  const systemRoots = value.trustedCa === undefined && value.systemRootCerts !== undefined;
  return { kind: 'validation_context', trustedCa, crl, systemRoots, message: value };
}

function report(fault: string, problems: Problems): void {
  if (fault !== '') problems.add('bad_value', fault);
}

function bytesOf(source: Message<'envoy.config.core.v3.DataSource'> | undefined): Buffer {
  return source?.specifier.case === 'inlineBytes' ? Buffer.from(source.specifier.value) : Buffer.alloc(0);
}

function textOf(source: Message<'envoy.config.core.v3.DataSource'> | undefined): string {
  return bytesOf(source).toString('utf8');
}
