/**
 * HTTP filters (contract 5): objects with decode and encode methods that answer with small integer statuses, Envoy's
 * semantics (`envoy/http/filter.h`). A filter that keeps no state per stream is one shared object; every method gets the
 * stream it is called for.
 */

import type { Connection } from '../net/connection.ts';
import type { Dispatcher } from '../net/dispatcher.ts';
import type { StreamInfo } from '../telemetry/stream-info.ts';
import type { Fault } from './faults.ts';
import type { Headers } from './headers.ts';
import type { HeaderMutations, Route } from './route.ts';

/** Go on with the next filter. */
export const CONTINUE = 0 as const;
/** Stop here. Later data still reaches this filter's own data method (and may resume the iteration there). */
export const STOP_ITERATION = 1 as const;
/** Stop here and keep everything that follows, in order, without calling this filter again; limited: 413 / 500 when full. */
export const STOP_ALL_AND_BUFFER = 2 as const;
/** Stop here; everything that follows is kept, and reading stops at the source when the limit is reached. */
export const STOP_ALL_AND_WATERMARK = 3 as const;
export type HeadersStatus = typeof CONTINUE | typeof STOP_ITERATION | typeof STOP_ALL_AND_BUFFER | typeof STOP_ALL_AND_WATERMARK;

/** Data methods answer CONTINUE or one of these. */
export const STOP_AND_BUFFER = 4 as const; // keep the bytes; over the limit: 413 (request), 500 (response)
export const STOP_AND_WATERMARK = 5 as const; // keep the bytes; over the limit the source stops reading
export const STOP_NO_BUFFER = 6 as const; // the filter took the bytes
export type DataStatus = typeof CONTINUE | typeof STOP_AND_BUFFER | typeof STOP_AND_WATERMARK | typeof STOP_NO_BUFFER;

/** Trailer methods answer CONTINUE or STOP_ITERATION. */
export type TrailersStatus = typeof CONTINUE | typeof STOP_ITERATION;

/** What a filter may do with the stream it is called for. Implemented by the connection manager's stream. */
export interface FilterStream {
  readonly info: StreamInfo;
  readonly dispatcher: Dispatcher;
  readonly connection: Connection;
  readonly requestHeaders: Headers;
  /** Null before the response head. */
  readonly responseHeaders: Headers | null;

  /** Route of the request, chosen at the first call (or after `clearRouteCache`) and kept; null when none matches. */
  route(): Route | null;
  clearRouteCache(): void;
  /** Settings that the route carries for the filter being called (compiled by its `compileRoute`), null when none. */
  routeSettings(): unknown;

  /**
   * Resumes after the decoding (request) filter that stopped. Ignored when the stream ended meanwhile. `caller` tells two filters
   * apart that wait at the same time, one with the body, one behind it with the head; without it the one with the head goes on.
   */
  continueDecoding(caller?: HttpFilter): void;
  /** Resumes after the encoding (response) filter that stopped. */
  continueEncoding(caller?: HttpFilter): void;

  /**
   * Answers from here: response filters before the caller (nearer to the client) see it. Ends the request side. A gRPC
   * request gets a trailers-only gRPC answer instead. After the response head was sent the stream is reset.
   *
   * `mutations` are applied to the head when it holds nothing but its status, as Envoy's `modify_headers` callbacks are: a
   * redirect's `location`, a route's `response_headers_to_add` (Envoy applies those to local replies of the router too).
   */
  sendLocalReply(status: number, body: string, fault: Fault, mutations?: HeaderMutations | null): void;
  /** The same with the fault's own status and body. */
  sendFault(fault: Fault, mutations?: HeaderMutations | null): void;
  /** Ends the stream without an answer. */
  resetStream(fault: Fault): void;

  /** Terminal filter only: the response as it comes from upstream. */
  encodeInformational(headers: Headers): void;
  encodeHeaders(headers: Headers, end: boolean): void;
  encodeData(data: Buffer, end: boolean): void;
  encodeTrailers(trailers: Headers): void;

  /** Counted: stops reading the request body (`decoder`), used by the terminal filter when upstream is slow. */
  readDisableRequest(disable: boolean): void;

  /** Body kept so far by STOP_AND_BUFFER, null when none. Owned by the stream. */
  readonly bufferedRequest: Buffer | null;
  /** Most bytes the stream keeps per direction (`per_connection_buffer_limit_bytes` of the listener). */
  readonly bufferLimit: number;
  /** Replaces that limit for this stream (buffer filter, route). */
  setBufferLimit(bytes: number): void;
  /** Adds bytes to the request body behind this filter, as if they had come from the client. */
  injectRequestData(data: Buffer, end: boolean): void;
  /** Adds bytes to the response body behind this filter (nearer to the client), as if they had come from upstream. */
  injectResponseData(data: Buffer, end: boolean): void;
}

/**
 * A filter of one stream, or of all streams when it keeps no state. Methods that a filter has are found when the chain is
 * compiled (`hasOwn` on the prototype), and only those are called.
 */
export interface HttpFilter {
  decodeHeaders?(stream: FilterStream, headers: Headers, end: boolean): HeadersStatus;
  decodeData?(stream: FilterStream, data: Buffer, end: boolean): DataStatus;
  decodeTrailers?(stream: FilterStream, trailers: Headers): TrailersStatus;
  encodeInformational?(stream: FilterStream, headers: Headers): HeadersStatus;
  encodeHeaders?(stream: FilterStream, headers: Headers, end: boolean): HeadersStatus;
  encodeData?(stream: FilterStream, data: Buffer, end: boolean): DataStatus;
  encodeTrailers?(stream: FilterStream, trailers: Headers): TrailersStatus;
  /** Client side is slow or fast again (terminal filters pass it to the upstream stream). */
  onDownstreamAboveHighWatermark?(stream: FilterStream): void;
  onDownstreamBelowLowWatermark?(stream: FilterStream): void;
  /** The whole request and response are through, or the stream was reset: cancel timers, drop references. Always called once. */
  onDestroy?(stream: FilterStream): void;
}

/** Which methods a factory's filters have; read once per chain compile. */
export type FilterMethod = Exclude<keyof HttpFilter, never>;

/** A compiled HTTP filter of a chain. */
export interface HttpFilterFactory {
  /** Name of the filter *instance* in the configuration: key of typed_per_filter_config. */
  readonly name: string;
  /** Methods its filters have: the chain's phase arrays hold only those filters. */
  readonly methods: readonly FilterMethod[];
  /** One per stream, or always the same object when it keeps no state. */
  create(): HttpFilter;
  /** True for the router: must be last, and nothing may follow. */
  readonly terminal: boolean;
}
