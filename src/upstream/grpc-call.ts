/** Unary gRPC over one exchange of a cluster (gRPC over HTTP/2, "Requests", "Responses", "Length-Prefixed-Message"). */
import { FAULTS } from '../http/faults.ts';
import { grpcStatusOf } from '../http/grpc.ts';
import { CONTENT_TYPE, GRPC_STATUS, pinName } from '../http/header-name.ts';
import { Headers } from '../http/headers.ts';
import type { ClusterRequest, ClusterResponse, GrpcCall, GrpcResult } from './cluster-client.ts';

const TE = pinName('te');
const GRPC_TIMEOUT = pinName('grpc-timeout');
const GRPC_MESSAGE = pinName('grpc-message');

/** Flag and length before each message. */
const PREFIX_BYTES = 5;
/** Of an answer: what gRPC implementations take unless they are told otherwise. */
const MOST_BYTES = 4 * 1024 * 1024;

// google.rpc.Code
const UNKNOWN = 2;
const DEADLINE_EXCEEDED = 4;
const UNIMPLEMENTED = 12;
const INTERNAL = 13;

/** `authority` is the name of the cluster, as in Envoy. */
export function grpcRequest(call: GrpcCall, authority: string): ClusterRequest {
  const headers = new Headers();
  headers.method = 'POST';
  headers.path = call.path;
  headers.authority = authority;
  headers.set(CONTENT_TYPE, 'application/grpc');
  headers.set(TE, 'trailers');
  // At most eight digits (gRPC over HTTP/2, "Timeout"): beyond a day of milliseconds nobody waits.
  headers.set(GRPC_TIMEOUT, `${Math.min(99_999_999, Math.ceil(call.timeoutMs))}m`);
  for (const [name, value] of call.metadata) headers.add(pinName(name.toLowerCase()), value);
  const body = Buffer.allocUnsafe(PREFIX_BYTES + call.message.length);
  body[0] = 0;
  body.writeUInt32BE(call.message.length, 1);
  body.set(call.message, PREFIX_BYTES);
  return { headers, body, timeoutMs: call.timeoutMs, maxResponseBytes: MOST_BYTES };
}

export function grpcResult(response: ClusterResponse): GrpcResult {
  if (!response.ok) {
    const { fault, reason } = response;
    return failed(fault === FAULTS.UPSTREAM_TIMEOUT ? DEADLINE_EXCEEDED : fault.grpc, reason === '' ? fault.details : reason);
  }
  const { headers, body } = response;
  if (headers.status !== 200) return failed(grpcStatusOf(headers.status), `HTTP status ${headers.status}`);
  const trailers = response.trailers ?? headers;
  const given = trailers.get(GRPC_STATUS);
  if (given === undefined) return failed(UNKNOWN, 'the response has no grpc-status');
  const status = /^\d{1,2}$/.test(given) ? Number(given) : UNKNOWN;
  if (status !== 0) return failed(status, decodeMessage(trailers.get(GRPC_MESSAGE) ?? ''));
  if (body.length < PREFIX_BYTES || body.length !== PREFIX_BYTES + body.readUInt32BE(1)) {
    return failed(INTERNAL, 'the response is not one message');
  }
  if (body[0] !== 0) return failed(UNIMPLEMENTED, 'the message is compressed');
  return { ok: true, message: body.subarray(PREFIX_BYTES) };
}

function failed(status: number, text: string): GrpcResult {
  return { ok: false, status, text };
}

/** Percent-encoded UTF-8; what is not is left as it is ("Status-Message"). */
function decodeMessage(text: string): string {
  const bytes = text.replace(/%([0-9a-fA-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
