/** What HTTP has to know of gRPC (gRPC over HTTP/2, "Requests" and "Responses"; Envoy 1.40 `source/common/grpc`). */
import { CONTENT_TYPE, GRPC_STATUS } from './header-name.ts';
import type { Headers } from './headers.ts';

/** A request whose answers must be gRPC answers: content-type `application/grpc`, or that and `+proto` (not `-web`). */
export function isGrpc(headers: Headers): boolean {
  const type = headers.get(CONTENT_TYPE);
  if (type === undefined || !type.startsWith('application/grpc')) return false;
  return type.length === 16 || type.charCodeAt(16) === 43;
}

/** A response head that is gRPC: one that is the whole response needs a status alone, others HTTP 200 and the type. */
export function isGrpcResponse(headers: Headers, end: boolean): boolean {
  return end ? headers.has(GRPC_STATUS) : headers.status === 200 && isGrpc(headers);
}

/** gRPC status for an answer that has only an HTTP status. */
export function grpcStatusOf(http: number): number {
  switch (http) {
    case 400:
      return 13;
    case 401:
      return 16;
    case 403:
      return 7;
    case 404:
      return 12;
    case 429:
    case 502:
    case 503:
    case 504:
      return 14;
    default:
      return 2;
  }
}

/** `grpc-message` form of a text: UTF-8, everything but printable ASCII and `%` itself percent-encoded. */
export function encodeGrpcMessage(text: string): string {
  if (/^[\x20-\x24\x26-\x7e]*$/.test(text)) return text;
  return encodeGrpcBytes(Buffer.from(text, 'utf8'));
}

/** The same for bytes of any kind. */
export function encodeGrpcBytes(bytes: Uint8Array): string {
  let encoded = '';
  for (const byte of bytes) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    encoded += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}
