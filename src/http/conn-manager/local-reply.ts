/** The head of an answer that the proxy gives itself (Envoy 1.40 `Utility::sendLocalReply`). */
import type { StreamInfo } from '../../telemetry/stream-info.ts';
import { constantField } from '../field-pool.ts';
import { encodeGrpcMessage } from '../grpc.ts';
import { CONTENT_LENGTH, CONTENT_TYPE, GRPC_STATUS, pinName } from '../header-name.ts';
import { Headers } from '../headers.ts';
import type { HeaderMutations } from '../route.ts';

const GRPC_MESSAGE = pinName('grpc-message');
const TEXT = constantField(CONTENT_TYPE, 'text/plain');
const GRPC = constantField(CONTENT_TYPE, 'application/grpc');

/** Plain HTTP: `bodyBytes` is the length of the body that follows. */
export function plainReply(status: number, bodyBytes: number, mutations: HeaderMutations | null, info: StreamInfo): Headers {
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
export function grpcReply(grpcStatus: number, message: string, mutations: HeaderMutations | null, info: StreamInfo): Headers {
  const headers = new Headers();
  headers.status = 200;
  if (mutations !== null) mutations.apply(headers, info);
  headers.setField(GRPC);
  headers.set(GRPC_STATUS, String(grpcStatus));
  if (message !== '') headers.set(GRPC_MESSAGE, encodeGrpcMessage(message));
  return headers;
}
