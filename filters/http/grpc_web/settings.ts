import type { Fault } from '../../../src/http/faults.ts';
import { constantField } from '../../../src/http/field-pool.ts';
import { CONTENT_TYPE, pinName, TE } from '../../../src/http/header-name.ts';

const PROTO = 'application/grpc-web+proto';
const TEXT = 'application/grpc-web-text';
const TEXT_PROTO = 'application/grpc-web-text+proto';

export const GRPC_TYPE = constantField(CONTENT_TYPE, 'application/grpc');
export const PROTO_TYPE = constantField(CONTENT_TYPE, PROTO);
export const TEXT_TYPE = constantField(CONTENT_TYPE, TEXT_PROTO);
export const TRAILERS_WELCOME = constantField(TE, 'trailers');
export const NO_COMPRESSION = constantField(pinName('grpc-accept-encoding'), 'identity');

/** A type of gRPC-Web requests: exactly one of these four, as in Envoy. */
export function isGrpcWeb(type: string | undefined): boolean {
  return type === PROTO || type === 'application/grpc-web' || isText(type);
}

export function isText(type: string | undefined): boolean {
  return type === TEXT || type === TEXT_PROTO;
}

/** A response that an upstream made for gRPC-Web itself. */
export function isWebResponse(type: string | undefined): boolean {
  return type === PROTO || type === 'application/grpc-web';
}

function broken(code: string, details: string): Fault {
  const body = 'Bad gRPC-web request, invalid base64 data.';
  return Object.freeze({ code, source: 'downstream', retryable: 0, flag: 0, http: 400, grpc: 13, details, body, closes: false });
}

/** Envoy's details of the two ways in which a text body can be broken. */
export const CUT_OFF = broken('GRPC_WEB_CUT_OFF', 'grpc_base_64_decode_failed_bad_size');
export const NOT_BASE64 = broken('GRPC_WEB_NOT_BASE64', 'grpc_base_64_decode_failed');
