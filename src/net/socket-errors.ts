/**
 * Texts of socket errors as Envoy puts them into `%UPSTREAM_TRANSPORT_FAILURE_REASON%` and response details
 * (`source/common/network/connection_impl.cc`), seen in Envoy 1.40. Blanks become `_` where they are logged.
 */
import { getSystemErrorMessage } from 'node:util';
import { type Address, formatAddress, ipAddress } from '../base/address.ts';

/** What Node adds to the errors of sockets. */
export interface SocketError extends Error {
  readonly code?: string;
  readonly errno?: number;
  readonly syscall?: string;
  /** Of the failed bind or connect. */
  readonly address?: string;
  readonly port?: number;
}

/** Errors that connect(2) itself returns; the others arrive later. */
const IMMEDIATE = ['ENETUNREACH', 'EACCES', 'EPERM', 'EADDRNOTAVAIL', 'EINVAL', 'EAFNOSUPPORT', 'ENOENT', 'EMFILE', 'ENFILE'];

/** strerror(3) where libuv's words differ by more than the capital. */
const MESSAGES: { readonly [code: string]: string } = {
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EAFNOSUPPORT: 'Address family not supported by protocol',
  EHOSTUNREACH: 'No route to host',
  EMFILE: 'Too many open files',
  ENFILE: 'Too many open files in system',
  EPERM: 'Operation not permitted',
};

/** Why a connection could not be opened. */
export function connectErrorText(error: SocketError, remote: Address): string {
  const reason = systemMessage(error);
  if (error.syscall === 'bind') return `${BIND_FAILURE}${formatAddress(ipAddress(error.address ?? '', error.port ?? 0))}: ${reason}`;
  if (error.syscall === 'setsockopt') return `${OPTION_FAILURE}${reason}`;
  if (IMMEDIATE.includes(error.code ?? '')) return `immediate connect error: ${reason}|remote address:${formatAddress(remote)}`;
  return `delayed connect error: ${reason}`;
}

const BIND_FAILURE = 'failed to bind to ';
const OPTION_FAILURE = 'failed to set a socket option: ';

/** The connection never left this machine: Envoy's `local_connection_failure` instead of `remote_connection_failure`. */
export function isLocalFailure(errorText: string): boolean {
  return isBindFailure(errorText) || errorText.startsWith(OPTION_FAILURE);
}

/** The source address could not be bound (`bind_errors`). */
export function isBindFailure(errorText: string): boolean {
  return errorText.startsWith(BIND_FAILURE);
}

/** As strerror(3) says it: `Connection refused`. */
export function systemMessage(error: SocketError): string {
  const known = MESSAGES[error.code ?? ''];
  if (known !== undefined) return known;
  if (error.errno === undefined) return error.message;
  const text = getSystemErrorMessage(error.errno);
  return text === undefined ? error.message : text.charAt(0).toUpperCase() + text.slice(1);
}

/** The peer went away without a FIN. */
export function isReset(error: SocketError): boolean {
  return error.code === 'ECONNRESET' || error.code === 'EPIPE' || error.code === 'ECONNABORTED';
}
