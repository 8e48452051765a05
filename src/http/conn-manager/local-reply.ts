/** The head of an answer that the proxy gives itself (Envoy 1.40 `Utility::sendLocalReply`). */
import type { StreamInfo } from '../../telemetry/stream-info.ts';
import { FAULTS, type Fault } from '../faults.ts';
import { constantField } from '../field-pool.ts';
import { encodeGrpcMessage, grpcStatusOf } from '../grpc.ts';
import { CONTENT_LENGTH, CONTENT_TYPE, GRPC_STATUS, pinName } from '../header-name.ts';
import { Headers } from '../headers.ts';
import type { HeaderMutations, Route } from '../route.ts';
import type { PendingEnd } from './pending-end.ts';

const GRPC_MESSAGE = pinName('grpc-message');
const TEXT = constantField(CONTENT_TYPE, 'text/plain');
const GRPC = constantField(CONTENT_TYPE, 'application/grpc');

/** The head for what was asked for; to a gRPC request a trailers-only answer, to a HEAD one without its message. */
export function replyHead(pending: PendingEnd, fault: Fault, grpc: boolean, head: boolean, route: Route | null, info: StreamInfo): Headers {
  const { status, body } = pending;
  let { mutations } = pending;
  // The router brings its own; for the others the route's hold, as in Envoy.
  if (mutations === null && route !== null && route.action.kind === 'route') mutations = route.responseMutations;
  if (!grpc) return plainReply(status, Buffer.byteLength(body, 'utf8'), mutations, info);
  // Envoy calls a stream that took too long DEADLINE_EXCEEDED whatever the HTTP status.
  const known = status === fault.http || fault === FAULTS.MAX_DURATION;
  return grpcReply(known ? fault.grpc : grpcStatusOf(status), head ? '' : body, mutations, info);
}

/** Plain HTTP: `bodyBytes` is the length of the body that follows. */
function plainReply(status: number, bodyBytes: number, mutations: HeaderMutations | null, info: StreamInfo): Headers {
  const headers = new Headers();
  headers.status = status;
  if (mutations !== null) mutations.apply(headers, info);
  if (bodyBytes > 0) {
    headers.set(CONTENT_LENGTH, String(bodyBytes));
    headers.setField(TEXT);
  }
  return headers;
}

/** Trailers-only answer to a gRPC request: the status says 200, the body becomes the message. */
function grpcReply(grpcStatus: number, message: string, mutations: HeaderMutations | null, info: StreamInfo): Headers {
  const headers = new Headers();
  headers.status = 200;
  if (mutations !== null) mutations.apply(headers, info);
  headers.setField(GRPC);
  headers.set(GRPC_STATUS, String(grpcStatus));
  if (message !== '') headers.set(GRPC_MESSAGE, encodeGrpcMessage(message));
  return headers;
}
