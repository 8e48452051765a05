/**
 * Errors of OpenSSL in the words of BoringSSL as Envoy prints them in `%UPSTREAM_TRANSPORT_FAILURE_REASON%` and
 * `%DOWNSTREAM_TRANSPORT_FAILURE_REASON%`: `TLS_error:|268435703:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end`
 * (seen in Envoy 1.40). Blanks become `_` where they are logged.
 */
import { type SocketError, systemMessage } from './socket-errors.ts';

/** ERR_LIB_SSL in the upper byte. */
const SSL_LIBRARY = 16 * 2 ** 24;

/** `SSL_R_` numbers of BoringSSL (include/openssl/ssl.h) for what OpenSSL reports under the same name. */
const REASONS: { readonly [name: string]: number } = {
  BAD_SIGNATURE: 114,
  CERTIFICATE_VERIFY_FAILED: 125,
  DECODE_ERROR: 137,
  DECRYPTION_FAILED_OR_BAD_RECORD_MAC: 139,
  HTTPS_PROXY_REQUEST: 155,
  HTTP_REQUEST: 156,
  INAPPROPRIATE_FALLBACK: 157,
  NO_CIPHERS_AVAILABLE: 175,
  NO_SHARED_CIPHER: 184,
  PEER_DID_NOT_RETURN_A_CERTIFICATE: 192,
  UNSUPPORTED_PROTOCOL: 240,
  WRONG_VERSION_NUMBER: 247,
  NO_COMMON_SIGNATURE_ALGORITHMS: 253,
};

/** OpenSSL's name, where BoringSSL has another. */
const RENAMED: { readonly [name: string]: string } = {
  NO_SUITABLE_SIGNATURE_ALGORITHM: 'NO_COMMON_SIGNATURE_ALGORITHMS',
  VERSION_TOO_LOW: 'UNSUPPORTED_PROTOCOL',
  PACKET_LENGTH_TOO_LONG: 'WRONG_VERSION_NUMBER',
  BAD_RECORD_TYPE: 'WRONG_VERSION_NUMBER',
  RECORD_LAYER_FAILURE: 'WRONG_VERSION_NUMBER',
};

/** Alert descriptions (RFC 8446 §6) as BoringSSL names them; the number is 1000 more. */
const ALERTS: { readonly [number: number]: string } = {
  0: 'SSLV3_ALERT_CLOSE_NOTIFY',
  10: 'SSLV3_ALERT_UNEXPECTED_MESSAGE',
  20: 'SSLV3_ALERT_BAD_RECORD_MAC',
  21: 'TLSV1_ALERT_DECRYPTION_FAILED',
  22: 'TLSV1_ALERT_RECORD_OVERFLOW',
  30: 'SSLV3_ALERT_DECOMPRESSION_FAILURE',
  40: 'SSLV3_ALERT_HANDSHAKE_FAILURE',
  41: 'SSLV3_ALERT_NO_CERTIFICATE',
  42: 'SSLV3_ALERT_BAD_CERTIFICATE',
  43: 'SSLV3_ALERT_UNSUPPORTED_CERTIFICATE',
  44: 'SSLV3_ALERT_CERTIFICATE_REVOKED',
  45: 'SSLV3_ALERT_CERTIFICATE_EXPIRED',
  46: 'SSLV3_ALERT_CERTIFICATE_UNKNOWN',
  47: 'SSLV3_ALERT_ILLEGAL_PARAMETER',
  48: 'TLSV1_ALERT_UNKNOWN_CA',
  49: 'TLSV1_ALERT_ACCESS_DENIED',
  50: 'TLSV1_ALERT_DECODE_ERROR',
  51: 'TLSV1_ALERT_DECRYPT_ERROR',
  60: 'TLSV1_ALERT_EXPORT_RESTRICTION',
  70: 'TLSV1_ALERT_PROTOCOL_VERSION',
  71: 'TLSV1_ALERT_INSUFFICIENT_SECURITY',
  80: 'TLSV1_ALERT_INTERNAL_ERROR',
  86: 'TLSV1_ALERT_INAPPROPRIATE_FALLBACK',
  90: 'TLSV1_ALERT_USER_CANCELLED',
  100: 'TLSV1_ALERT_NO_RENEGOTIATION',
  109: 'TLSV1_ALERT_MISSING_EXTENSION',
  110: 'TLSV1_ALERT_UNSUPPORTED_EXTENSION',
  111: 'TLSV1_ALERT_CERTIFICATE_UNOBTAINABLE',
  112: 'TLSV1_ALERT_UNRECOGNIZED_NAME',
  113: 'TLSV1_ALERT_BAD_CERTIFICATE_STATUS_RESPONSE',
  114: 'TLSV1_ALERT_BAD_CERTIFICATE_HASH_VALUE',
  115: 'TLSV1_ALERT_UNKNOWN_PSK_IDENTITY',
  116: 'TLSV1_ALERT_CERTIFICATE_REQUIRED',
  120: 'TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
};

const CODE = 'ERR_SSL_';

/** True for errors of the TLS protocol, false for those of the socket under it. */
export function isTlsError(error: SocketError): boolean {
  return error.code?.startsWith(CODE) === true || 'opensslErrorStack' in error || 'library' in error;
}

export function tlsErrorText(error: SocketError): string {
  const alert = /SSL alert number (\d+)/.exec(error.message);
  if (alert !== null) {
    const number = Number(alert[1]);
    return reasonText(1000 + number, ALERTS[number] ?? `unknown alert ${number}`, '');
  }
  const name = error.code?.startsWith(CODE) === true ? error.code.slice(CODE.length) : 'UNKNOWN';
  const known = RENAMED[name] ?? name;
  const detail = known === 'PEER_DID_NOT_RETURN_A_CERTIFICATE' ? 'peer did not provide required client certificate' : '';
  return reasonText(REASONS[known] ?? 0, known, detail);
}

/** ERR_LIB_SYS in the upper byte. */
const SYSTEM_LIBRARY = 2 * 2 ** 24;

/** A socket that broke under a handshake. */
export function brokenSocketText(error: SocketError): string {
  return `TLS_error:|${SYSTEM_LIBRARY - (error.errno ?? 0)}:system library:OPENSSL_internal:${systemMessage(error)}:TLS_error_end`;
}

/** Why a certificate was refused. */
export function verifyFailedText(detail: string): string {
  return reasonText(REASONS['CERTIFICATE_VERIFY_FAILED'] as number, 'CERTIFICATE_VERIFY_FAILED', detail);
}

function reasonText(reason: number, name: string, detail: string): string {
  const more = detail === '' ? '' : `${detail}:`;
  return `TLS_error:|${SSL_LIBRARY + reason}:SSL routines:OPENSSL_internal:${name}:${more}TLS_error_end`;
}
