/** An answer that the proxy gives itself (Envoy 1.40 `Utility::sendLocalReply`). */
import type { StreamInfo } from '../../telemetry/stream-info.ts';
import { FAULTS, type Fault } from '../faults.ts';
import { constantField } from '../field-pool.ts';
import { encodeGrpcMessage, grpcStatusOf } from '../grpc.ts';
import { CONTENT_LENGTH, CONTENT_TYPE, GRPC_STATUS, pinName } from '../header-name.ts';
import { type Field, Headers } from '../headers.ts';
import type { Route } from '../route.ts';
import type { PendingEnd } from './pending-end.ts';

const GRPC_MESSAGE = pinName('grpc-message');
const TEXT = constantField(CONTENT_TYPE, 'text/plain');
const GRPC = constantField(CONTENT_TYPE, 'application/grpc');

/** While it is made: what filters and formats of `local_reply_config` read and what they change. */
export class LocalReply {
  readonly info: StreamInfo;
  readonly requestHeaders: Headers;
  /** The head. */
  readonly responseHeaders: Headers;
  readonly responseTrailers: null;
  /** The body as a byte string: what a format prints. */
  localReplyBody: string;
  body: string;
  /** Unless the head has one. */
  contentType: Field;
  /** The body is a line of JSON. */
  json: boolean;

  constructor(status: number, body: string, requestHeaders: Headers, info: StreamInfo) {
    this.info = info;
    this.requestHeaders = requestHeaders;
    this.responseHeaders = new Headers();
    this.responseTrailers = null;
    this.localReplyBody = '';
    this.body = body;
    this.contentType = TEXT;
    this.json = false;
    this.responseHeaders.status = status;
  }

  /** What the route, or whoever asked for the answer, adds to its head. */
  addHeaders(pending: PendingEnd, route: Route | null): void {
    let { mutations } = pending;
    // The router brings its own; for the others the route's hold, as in Envoy.
    if (mutations === null && route !== null && route.action.kind === 'route') mutations = route.responseMutations;
    if (mutations !== null) mutations.apply(this.responseHeaders, this.info, this.requestHeaders);
  }

  /** Completes the head for the body; to a gRPC request it is a trailers-only answer, which has none. */
  finish(fault: Fault, grpc: boolean, head: boolean): void {
    const headers = this.responseHeaders;
    const { status } = headers;
    if (grpc) {
      // Envoy calls a stream that took too long DEADLINE_EXCEEDED whatever the HTTP status.
      const known = status === fault.http || fault === FAULTS.MAX_DURATION;
      finishGrpc(headers, known ? fault.grpc : grpcStatusOf(status), head ? '' : this.message());
      this.body = '';
      return;
    }
    if (status === 204 || status === 304) this.body = '';
    if (this.body === '') {
      headers.remove(CONTENT_TYPE);
      return;
    }
    headers.set(CONTENT_LENGTH, String(Buffer.byteLength(this.body, 'utf8')));
    if (!headers.has(CONTENT_TYPE)) headers.setField(this.contentType);
    if (head) this.body = '';
  }

  /** As in Envoy without the end of a JSON line, but with that of text. */
  private message(): string {
    return this.json && this.body.endsWith('\n') ? this.body.slice(0, -1) : this.body;
  }
}

/** The status says 200, the body becomes the message. */
function finishGrpc(headers: Headers, grpcStatus: number, message: string): void {
  headers.status = 200;
  headers.setField(GRPC);
  headers.set(GRPC_STATUS, String(grpcStatus));
  if (message !== '') headers.set(GRPC_MESSAGE, encodeGrpcMessage(message));
}
