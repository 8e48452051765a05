/** The stream of one filter under test: writes down what the filter does with it. */
import { ipAddress } from '../../src/base/address.ts';
import type { Fault } from '../../src/http/faults.ts';
import type { FilterStream } from '../../src/http/filter.ts';
import { Headers } from '../../src/http/headers.ts';
import type { HeaderMutations, Route } from '../../src/http/route.ts';
import { StreamInfo } from '../../src/telemetry/stream-info.ts';
import { FakeConnection } from './connection.ts';
import { FakeDispatcher } from './dispatcher.ts';

export interface LocalReply {
  readonly status: number;
  readonly body: string;
  readonly fault: Fault;
  /** Fields that the filter adds to the head. */
  readonly headers: Headers;
}

export class FakeFilterStream implements FilterStream {
  readonly info: StreamInfo;
  readonly dispatcher: FakeDispatcher;
  readonly connection: FakeConnection;
  readonly requestHeaders = new Headers();
  responseHeaders: Headers | null = null;
  chosen: Route | null = null;
  settings: unknown = null;
  bufferedRequest: Buffer | null = null;
  bufferLimit = 1 << 20;

  /** `1xx 103`, `head 200`, `data x`, `trailers`, `end`, `continue decoding` … in order. */
  readonly events: string[] = [];
  reply: LocalReply | null = null;
  resetWith: Fault | null = null;
  trailers: Headers | null = null;
  /** `readDisableRequest(true)` minus `(false)`. */
  readDisabled = 0;

  constructor(dispatcher: FakeDispatcher = new FakeDispatcher()) {
    this.dispatcher = dispatcher;
    this.connection = new FakeConnection(dispatcher);
    this.info = new StreamInfo(
      {
        connectionId: this.connection.id,
        localAddress: ipAddress('127.0.0.1', 8080),
        directRemoteAddress: ipAddress('127.0.0.1', 40000),
        tls: null,
        serverName: '',
        listenerName: 'l',
        filterChainName: '',
      },
      dispatcher.timers.now,
      dispatcher.clock.wall(),
    );
    this.requestHeaders.method = 'GET';
    this.requestHeaders.scheme = 'http';
    this.requestHeaders.authority = 'host';
    this.requestHeaders.path = '/';
  }

  route(): Route | null {
    return this.chosen;
  }

  clearRouteCache(): void {
    this.events.push('clear route');
  }

  routeSettings(): unknown {
    return this.settings;
  }

  continueDecoding(): void {
    this.events.push('continue decoding');
  }

  continueEncoding(): void {
    this.events.push('continue encoding');
  }

  sendLocalReply(status: number, body: string, fault: Fault, mutations: HeaderMutations | null = null): void {
    const headers = new Headers();
    headers.status = status;
    mutations?.apply(headers, this.info);
    this.reply = { status, body, fault, headers };
    this.events.push(`reply ${status}`);
  }

  sendFault(fault: Fault, mutations: HeaderMutations | null = null): void {
    this.sendLocalReply(fault.http, fault.body, fault, mutations);
  }

  resetStream(fault: Fault): void {
    this.resetWith = fault;
    this.events.push('reset');
  }

  encodeInformational(headers: Headers): void {
    this.events.push(`1xx ${headers.status}`);
  }

  encodeHeaders(headers: Headers, end: boolean): void {
    this.responseHeaders = headers;
    this.events.push(`head ${headers.status}`);
    this.end(end);
  }

  encodeData(data: Buffer, end: boolean): void {
    this.events.push(`data ${data.toString('latin1')}`);
    this.end(end);
  }

  encodeTrailers(trailers: Headers): void {
    this.trailers = trailers;
    this.events.push('trailers');
    this.end(true);
  }

  readDisableRequest(disable: boolean): void {
    this.readDisabled += disable ? 1 : -1;
    if (this.readDisabled < 0) throw new RangeError('readDisableRequest(false) without a readDisableRequest(true)');
  }

  setBufferLimit(bytes: number): void {
    this.bufferLimit = bytes;
  }

  injectResponseData(data: Buffer, end: boolean): void {
    this.events.push(`inject response ${data.toString('latin1')}`);
    this.end(end);
  }

  injectRequestData(data: Buffer, end: boolean): void {
    this.events.push(`inject ${data.toString('latin1')}`);
    this.end(end);
  }

  private end(end: boolean): void {
    if (end) this.events.push('end');
  }
}
