import t from 'tap';
import { isTlsError, tlsErrorText, verifyFailedText } from './tls-errors.ts';

const error = (code: string, message = ''): Error => Object.assign(new Error(message), { code });

t.test("OpenSSL's errors are told in the words of BoringSSL", (t) => {
  const rows = [
    [error('ERR_SSL_WRONG_VERSION_NUMBER'), '268435703:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER:'],
    [error('ERR_SSL_PACKET_LENGTH_TOO_LONG'), '268435703:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER:'],
    [error('ERR_SSL_NO_SHARED_CIPHER'), '268435640:SSL routines:OPENSSL_internal:NO_SHARED_CIPHER:'],
    [error('ERR_SSL_UNSUPPORTED_PROTOCOL'), '268435696:SSL routines:OPENSSL_internal:UNSUPPORTED_PROTOCOL:'],
    [error('ERR_SSL_X', 'a:SSL alert number 46'), '268436502:SSL routines:OPENSSL_internal:SSLV3_ALERT_CERTIFICATE_UNKNOWN:'],
    [error('ERR_SSL_X', 'a:SSL alert number 48'), '268436504:SSL routines:OPENSSL_internal:TLSV1_ALERT_UNKNOWN_CA:'],
    [error('ERR_SSL_X', 'a:SSL alert number 116'), '268436572:SSL routines:OPENSSL_internal:TLSV1_ALERT_CERTIFICATE_REQUIRED:'],
  ] as const;
  for (const [given, text] of rows) t.equal(tlsErrorText(given), `TLS_error:|${text}TLS_error_end`);
  t.equal(
    verifyFailedText('verify cert failed: SAN matcher'),
    'TLS_error:|268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:verify cert failed: SAN matcher:TLS_error_end',
  );
  t.end();
});

t.test('errors of the socket are none of TLS', (t) => {
  t.equal(isTlsError(error('ECONNRESET')), false);
  t.equal(isTlsError(error('ERR_SSL_WRONG_VERSION_NUMBER')), true);
  t.end();
});
