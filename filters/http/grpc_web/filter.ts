/**
 * Between clients that speak gRPC-Web (gRPC docs, PROTOCOL-WEB) and upstreams that speak gRPC: bodies as they are or as base64, trailers
 * as the last part of the body. Nothing of a message is held back (Envoy 1.40 `source/extensions/filters/http/grpc_web`).
 */
import {
  CONTINUE,
  type DataStatus,
  type FilterMethod,
  type FilterStream,
  type HeadersStatus,
  type HttpFilter,
  type HttpFilterFactory,
  STOP_ITERATION,
  STOP_NO_BUFFER,
  type TrailersStatus,
} from '../../../src/http/filter.ts';
import { encodeGrpcBytes, grpcStatusOf, isGrpcResponse } from '../../../src/http/grpc.ts';
import { CONTENT_LENGTH, CONTENT_TYPE, GRPC_STATUS, pinName } from '../../../src/http/header-name.ts';
import type { Field, Headers } from '../../../src/http/headers.ts';
import { clusterOf, type MethodStats, type MethodTable, methodOf, pathOnly } from '../../common/grpc/method-stats.ts';
import { Base64Messages, Base64Reader } from './base64.ts';
import {
  CUT_OFF,
  GRPC_TYPE,
  isGrpcWeb,
  isText,
  isWebResponse,
  NO_COMPRESSION,
  NOT_BASE64,
  PROTO_TYPE,
  TEXT_TYPE,
  TRAILERS_WELCOME,
} from './settings.ts';

const METHODS: readonly FilterMethod[] = ['decodeHeaders', 'decodeData', 'encodeHeaders', 'encodeData', 'encodeTrailers'];

const ACCEPT = pinName('accept');
const GRPC_MESSAGE = pinName('grpc-message');

/** Most bytes of an answer that is not gRPC which become its message. */
const MOST_MESSAGE = 16_384;
/** First byte of the part of a body that holds the trailers. */
const TRAILERS_FRAME = 0x80;
const EMPTY = Buffer.alloc(0);

export class GrpcWebFactory implements HttpFilterFactory {
  readonly name: string;
  readonly methods = METHODS;
  readonly terminal = false;
  private readonly table: MethodTable;

  constructor(name: string, table: MethodTable) {
    this.name = name;
    this.table = table;
  }

  create(): HttpFilter {
    return new GrpcWebFilter(this.table);
  }
}

export class GrpcWebFilter implements HttpFilter {
  private readonly table: MethodTable;
  /** The client speaks gRPC-Web. */
  private web: boolean;
  private textResponse: boolean;
  /** Null for requests that are not text. */
  private reader: Base64Reader | null;
  private writer: Base64Messages | null;
  private stats: MethodStats | null;
  /** What has come of an answer that is not gRPC; null when it is. */
  private foreign: Buffer | null;

  constructor(table: MethodTable) {
    this.table = table;
    this.web = false;
    this.textResponse = false;
    this.reader = null;
    this.writer = null;
    this.stats = null;
    this.foreign = null;
  }

  decodeHeaders(stream: FilterStream, headers: Headers, _end: boolean): HeadersStatus {
    const type = headers.get(CONTENT_TYPE);
    if (!isGrpcWeb(type)) return CONTINUE;
    this.web = true;
    const cluster = clusterOf(stream.route(), headers);
    const name = cluster === null ? null : methodOf(headers.path);
    if (cluster !== null && name !== null) this.stats = this.table.of(cluster).of(pathOnly(headers.path), name, false);
    if (isText(type)) this.reader = new Base64Reader();
    this.textResponse = isText(headers.get(ACCEPT));
    // It is the length of what the client sends, and perhaps not of what goes on.
    headers.remove(CONTENT_LENGTH);
    headers.setField(GRPC_TYPE);
    headers.setField(TRAILERS_WELCOME);
    headers.setField(NO_COMPRESSION);
    return CONTINUE;
  }

  decodeData(stream: FilterStream, data: Buffer, end: boolean): DataStatus {
    if (this.reader === null) return CONTINUE;
    const decoded = this.reader.decode(data);
    if (decoded === null) stream.sendFault(NOT_BASE64);
    else if (end && this.reader.unfinished) stream.sendFault(CUT_OFF);
    else if (end || decoded.length > 0) stream.injectRequestData(decoded, end);
    return STOP_NO_BUFFER;
  }

  encodeHeaders(_stream: FilterStream, headers: Headers, end: boolean): HeadersStatus {
    if (!this.web) return CONTINUE;
    this.stats?.charge(headers);
    if (!isGrpcResponse(headers, end) && !isWebResponse(headers.get(CONTENT_TYPE))) {
      this.foreign = EMPTY;
      if (!end) return STOP_ITERATION;
      this.translate(headers);
      return CONTINUE;
    }
    headers.setField(this.textResponse ? TEXT_TYPE : PROTO_TYPE);
    if (this.textResponse) this.writer = new Base64Messages();
    // The body will be another one, and longer by the trailers.
    if (!end) headers.remove(CONTENT_LENGTH);
    return CONTINUE;
  }

  encodeData(stream: FilterStream, data: Buffer, end: boolean): DataStatus {
    if (this.foreign !== null) {
      this.collect(data);
      if (end) {
        this.translate(stream.responseHeaders as Headers);
        stream.injectResponseData(EMPTY, true);
      }
      return STOP_NO_BUFFER;
    }
    if (this.writer === null) return CONTINUE;
    const text = this.writer.encode(data);
    if (end || text.length > 0) stream.injectResponseData(text, end);
    return STOP_NO_BUFFER;
  }

  /** Trailers go as a part of the body, which is the response's end then. */
  encodeTrailers(stream: FilterStream, trailers: Headers): TrailersStatus {
    if (!this.web) return CONTINUE;
    this.stats?.charge(trailers);
    if (this.foreign !== null) {
      this.translate(stream.responseHeaders as Headers);
      stream.injectResponseData(EMPTY, true);
      return STOP_ITERATION;
    }
    const frame = trailersFrame(trailers);
    stream.injectResponseData(this.textResponse ? Buffer.from(frame.toString('base64'), 'latin1') : frame, true);
    return STOP_ITERATION;
  }

  private collect(data: Buffer): void {
    const before = this.foreign as Buffer;
    const room = MOST_MESSAGE - before.length;
    if (room > 0 && data.length > 0) this.foreign = Buffer.concat([before, data.subarray(0, room)]);
  }

  /** An answer that is not gRPC becomes one without messages; its body is what the client is told. */
  private translate(headers: Headers): void {
    const body = this.foreign as Buffer;
    headers.setField(this.textResponse ? TEXT_TYPE : PROTO_TYPE);
    if (body.length > 0) headers.set(GRPC_MESSAGE, encodeGrpcBytes(body));
    headers.set(GRPC_STATUS, String(grpcStatusOf(headers.status)));
    headers.set(CONTENT_LENGTH, '0');
  }
}

/** `name:value` lines behind a prefix like that of a message. */
function trailersFrame(trailers: Headers): Buffer {
  let text = '';
  for (let i = 0; i < trailers.count; i++) {
    const { name, value } = trailers.field(i) as Field;
    text += `${name.text}:${value}\r\n`;
  }
  const frame = Buffer.allocUnsafe(5 + text.length);
  frame[0] = TRAILERS_FRAME;
  frame.writeUInt32BE(text.length, 1);
  frame.latin1Write(text, 5);
  return frame;
}
