/**
 * What every HTTP codec does, whatever the protocol: assertions over decoders and encoders of both sides, joined by connections in
 * memory. A protocol brings a `CodecPair`; `codecSuite` runs the same tests over it.
 */
import type { Test } from 'tap';
import type { ClientCallbacks, ClientConnection, ServerCallbacks, ServerConnection } from '../../src/http/codec.ts';
import { FAULTS } from '../../src/http/faults.ts';
import type { Headers } from '../../src/http/headers.ts';
import type { Connection } from '../../src/net/connection.ts';
import { FakeConnection } from './connection.ts';
import {
  fieldLines,
  type RecordedRequest,
  RecordedResponse,
  RecordingServer,
  requestHeaders,
  responseHeaders,
  trailers,
} from './http-messages.ts';

export interface CodecPair {
  readonly name: string;
  server(connection: Connection, callbacks: ServerCallbacks): ServerConnection;
  client(connection: Connection, callbacks: ClientCallbacks): ClientConnection;
}

/** A client and a server codec, and the bytes between them. */
export class CodecLink implements ClientCallbacks {
  readonly near = new FakeConnection();
  readonly far = new FakeConnection();
  readonly client: ClientConnection;
  readonly server: ServerConnection;
  readonly requests: RecordingServer;
  /** `broken` of each stream that was freed. */
  readonly freed: boolean[] = [];
  goodbyes = 0;
  private readonly bytewise: boolean;
  private nearEnded = false;
  private farEnded = false;

  constructor(pair: CodecPair, answer: ((request: RecordedRequest) => void) | null, bytewise = false) {
    this.bytewise = bytewise;
    this.requests = new RecordingServer(answer, () => this.far.close(0));
    this.client = pair.client(this.near, this);
    this.server = pair.server(this.far, this.requests);
    for (const [connection, codec] of [
      [this.near, this.client],
      [this.far, this.server],
    ] as const) {
      connection.setCallbacks({
        onConnected() {},
        onData: (buffer, start, end) => codec.onData(buffer, start, end),
        onEnd: () => codec.onEnd(),
        onClose: () => codec.onClose(),
        onAboveHighWatermark: () => codec.onAboveHighWatermark(),
        onBelowLowWatermark: () => codec.onBelowLowWatermark(),
      });
    }
  }

  onStreamFree(_client: ClientConnection, broken: boolean): void {
    this.freed.push(broken);
  }

  onGoAway(): void {
    this.goodbyes++;
  }

  /** Starts a request. */
  ask(headers: Headers, end: boolean): RecordedResponse {
    const response = new RecordedResponse();
    const encoder = this.client.newStream(response);
    encoder.setCallbacks(response);
    response.encoder = encoder;
    encoder.encodeHeaders(headers, end);
    return response;
  }

  /** Carries bytes both ways until nothing moves any more. */
  settle(): void {
    for (let quiet = false; !quiet; ) {
      const up = this.near.take();
      if (up !== '') this.deliver(this.far, up);
      const down = this.far.take();
      if (down !== '') this.deliver(this.near, down);
      quiet = up === '' && down === '';
      if (quiet && (this.near.ended || !this.near.open) && !this.nearEnded) {
        this.nearEnded = true;
        this.far.pushEnd();
        quiet = false;
      }
      if (quiet && (this.far.ended || !this.far.open) && !this.farEnded) {
        this.farEnded = true;
        this.near.pushEnd();
        quiet = false;
      }
    }
    this.near.dispatcher.settle();
    this.far.dispatcher.settle();
  }

  private deliver(to: FakeConnection, text: string): void {
    if (this.bytewise) to.pushBytewise(text);
    else to.push(text);
  }
}

function reply(headers: Headers, body: string | null = null, last: Headers | null = null): (request: RecordedRequest) => void {
  return ({ encoder }) => {
    encoder.encodeHeaders(headers, body === null && last === null);
    if (body !== null) encoder.encodeData(Buffer.from(body, 'latin1'), last === null);
    if (last !== null) encoder.encodeTrailers(last);
  };
}

/** Everything that a message may carry, both ways; `bytewise` cuts what is on the wire into single bytes. */
function messages(t: Test, pair: CodecPair, bytewise: boolean): void {
  const link = (answer: ((request: RecordedRequest) => void) | null) => new CodecLink(pair, answer, bytewise);

  t.test('a request and a response without bodies keep what they say, in order', (t) => {
    const one = link(reply(responseHeaders(404, 'x-a: 1', 'x-b: 2', 'x-a: 3')));
    const response = one.ask(requestHeaders('GET', 'host:80', '/path?q=1', 'x-z: 1', 'x-y: \xe9 2', 'x-z: 3'), true);
    one.settle();
    const request = one.requests.requests[0];
    t.equal(request?.headers?.method, 'GET');
    t.equal(request?.headers?.authority, 'host:80');
    t.equal(request?.headers?.path, '/path?q=1');
    // HTTP/1.1 does not say.
    t.match(request?.headers?.scheme, /^(http)?$/);
    t.same(request?.fields, ['x-z: 1', 'x-y: \xe9 2', 'x-z: 3']);
    t.ok(request?.complete);
    t.equal(request?.body, '');
    t.equal(response.headers?.status, 404);
    t.same(response.fields.slice(0, 3), ['x-a: 1', 'x-b: 2', 'x-a: 3']);
    t.ok(response.complete);
    t.same(one.freed, [false]);
    t.equal(one.server.activeStreams, 0);
    t.equal(one.client.activeStreams, 0);
    t.end();
  });

  for (const known of [true, false]) {
    t.test(`bodies in pieces, ${known ? 'with' : 'without'} a length`, (t) => {
      const pieces = ['a', 'b'.repeat(100), 'c'.repeat(bytewise ? 300 : 40_000), '', 'd'];
      const body = pieces.join('');
      const length = known ? [`content-length: ${body.length}`] : [];
      const one = link((request) => {
        const { encoder } = request;
        encoder.encodeHeaders(responseHeaders(200, ...length), false);
        for (const piece of pieces) encoder.encodeData(Buffer.from(piece), false);
        encoder.encodeData(Buffer.alloc(0), true);
      });
      const response = one.ask(requestHeaders('POST', 'a', '/', ...length), false);
      for (const piece of pieces) {
        response.encoder?.encodeData(Buffer.from(piece), false);
        one.settle();
      }
      // With a length the last byte may tell the end already.
      if (!known) t.notOk(one.requests.requests[0]?.complete);
      response.encoder?.encodeData(Buffer.alloc(0), true);
      one.settle();
      const request = one.requests.requests[0];
      t.ok(request?.complete);
      t.equal(request?.body, body);
      t.same(request?.fields, length);
      t.ok(response.complete);
      t.equal(response.body, body);
      t.same(response.fields, length);
      t.end();
    });
  }

  t.test('trailers, both ways', (t) => {
    const one = link(reply(responseHeaders(200), 'body', trailers('grpc-status: 0', 'grpc-message: ok')));
    const response = one.ask(requestHeaders('POST', 'a', '/'), false);
    response.encoder?.encodeData(Buffer.from('hello'), false);
    response.encoder?.encodeTrailers(trailers('x-checksum: 1'));
    one.settle();
    const request = one.requests.requests[0];
    t.same(request?.trailers && fieldLines(request.trailers), ['x-checksum: 1']);
    t.equal(request?.body, 'hello');
    t.same(response.trailers && fieldLines(response.trailers), ['grpc-status: 0', 'grpc-message: ok']);
    t.equal(response.body, 'body');
    t.ok(response.complete);
    t.end();
  });

  t.test('trailers without a body', (t) => {
    const one = link(reply(responseHeaders(200), null, trailers('grpc-status: 5')));
    const response = one.ask(requestHeaders('GET', 'a', '/'), true);
    one.settle();
    t.equal(response.body, '');
    t.same(response.trailers && fieldLines(response.trailers), ['grpc-status: 5']);
    t.end();
  });

  t.test('informational responses come before the final one', (t) => {
    const one = link(({ encoder }) => {
      encoder.encodeInformational(responseHeaders(100));
      encoder.encodeInformational(responseHeaders(103, 'link: </a>', 'x-a: b'));
      encoder.encodeHeaders(responseHeaders(200), true);
      encoder.encodeInformational(responseHeaders(103));
    });
    const response = one.ask(requestHeaders('GET', 'a', '/'), true);
    one.settle();
    t.same(
      response.informational.map((headers) => [headers.status, fieldLines(headers)]),
      [
        [100, []],
        [103, ['link: </a>', 'x-a: b']],
      ],
    );
    t.ok(response.complete);
    t.end();
  });

  for (const [method, status] of [
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
  ] as const) {
    t.test(`a ${status} to ${method} has no body, whatever is written`, (t) => {
      const one = link(reply(responseHeaders(status, ...(status === 204 ? [] : ['content-length: 5'])), 'hello'));
      const response = one.ask(requestHeaders(method, 'a', '/'), true);
      one.settle();
      t.equal(response.headers?.status, status);
      t.ok(response.complete);
      t.equal(response.body, '');
      t.same(response.fields, status === 204 ? [] : ['content-length: 5']);
      t.same(one.freed, [false]);
      t.equal(one.client.available > 0, true);
      t.end();
    });
  }

  t.test('one exchange after another on one connection', (t) => {
    const one = link(reply(responseHeaders(200, 'content-type: text/plain', 'x-answer: yes'), 'hello'));
    for (let i = 0; i < 20; i++) {
      const response = one.ask(requestHeaders('POST', 'a', `/${i}`, 'user-agent: suite', 'x-tenant: blue', `x-number: ${i}`), false);
      response.encoder?.encodeData(Buffer.from(`body ${i}`), true);
      one.settle();
      const request = one.requests.requests[i];
      t.equal(request?.headers?.path, `/${i}`);
      t.same(request?.fields, ['user-agent: suite', 'x-tenant: blue', `x-number: ${i}`]);
      t.equal(request?.body, `body ${i}`);
      t.equal(response.body, 'hello');
      t.same(response.fields, ['content-type: text/plain', 'x-answer: yes']);
    }
    t.same(one.freed, new Array(20).fill(false));
    t.equal(one.goodbyes, 0);
    t.end();
  });
}

/** How exchanges end early, and how they slow down. */
function lifecycles(t: Test, pair: CodecPair): void {
  t.test('a request that the client gives up is reset at the server', (t) => {
    const one = new CodecLink(pair, null);
    const response = one.ask(requestHeaders('POST', 'a', '/'), false);
    response.encoder?.encodeData(Buffer.from('half'), false);
    one.settle();
    response.encoder?.reset(FAULTS.LOCAL_RESET);
    response.encoder?.reset(FAULTS.LOCAL_RESET);
    response.encoder?.encodeData(Buffer.from('late'), true);
    one.settle();
    const request = one.requests.requests[0];
    t.equal(request?.body, 'half');
    t.notOk(request?.complete);
    t.ok(request?.fault);
    t.equal(response.fault, null, 'who resets is not told');
    t.same(one.freed, [true]);
    t.equal(one.server.activeStreams, 0);
    t.end();
  });

  t.test('a response that the server gives up is reset at the client', (t) => {
    const one = new CodecLink(pair, null);
    const response = one.ask(requestHeaders('GET', 'a', '/'), true);
    one.settle();
    const { encoder } = one.requests.requests[0] as RecordedRequest;
    encoder.encodeHeaders(responseHeaders(200), false);
    encoder.encodeData(Buffer.from('half'), false);
    one.settle();
    encoder.reset(FAULTS.LOCAL_RESET);
    encoder.encodeData(Buffer.from('late'), true);
    one.settle();
    t.equal(response.body, 'half');
    t.notOk(response.complete);
    t.ok(response.fault);
    t.same(one.freed, [true]);
    t.end();
  });

  t.test('a connection that dies resets what ran on it, once', (t) => {
    const one = new CodecLink(pair, null);
    const response = one.ask(requestHeaders('POST', 'a', '/'), false);
    one.settle();
    one.near.fail('reset');
    one.far.fail('reset');
    one.settle();
    t.equal(response.fault, FAULTS.CONNECTION_TERMINATION);
    t.equal(one.requests.requests[0]?.fault, FAULTS.DOWNSTREAM_RESET);
    t.same(one.freed, [true]);
    t.equal(one.client.available, 0);
    response.encoder?.encodeData(Buffer.from('late'), true);
    one.requests.requests[0]?.encoder.encodeHeaders(responseHeaders(200), true);
    t.end();
  });

  t.test('a stream that the server refuses gets no answer', (t) => {
    const one = new CodecLink(pair, null);
    one.requests.refusing = true;
    const response = one.ask(requestHeaders('GET', 'a', '/'), true);
    one.settle();
    t.equal(response.headers, null);
    t.ok(response.fault);
    t.end();
  });

  t.test('a response may begin before the request has ended', (t) => {
    const one = new CodecLink(pair, null);
    const response = one.ask(requestHeaders('POST', 'a', '/'), false);
    one.settle();
    const request = one.requests.requests[0] as RecordedRequest;
    request.encoder.encodeHeaders(responseHeaders(200), false);
    request.encoder.encodeData(Buffer.from('early'), false);
    one.settle();
    t.equal(response.body, 'early');
    response.encoder?.encodeData(Buffer.from('more'), true);
    one.settle();
    t.ok(request.complete);
    request.encoder.encodeData(Buffer.from(' late'), true);
    one.settle();
    t.equal(response.body, 'early late');
    t.ok(response.complete);
    t.same(one.freed, [false]);
    t.end();
  });

  t.test('encoders tell when the peer does not keep up', (t) => {
    const one = new CodecLink(pair, null);
    one.far.setBufferLimit(1000);
    const response = one.ask(requestHeaders('GET', 'a', '/'), true);
    one.settle();
    const request = one.requests.requests[0] as RecordedRequest;
    one.far.stopReading();
    request.encoder.encodeHeaders(responseHeaders(200), false);
    request.encoder.encodeData(Buffer.alloc(5000, 'x'), false);
    one.settle();
    t.equal(request.above, 1);
    t.equal(request.below, 0);
    one.far.resumeReading();
    t.equal(request.below, 1);
    request.encoder.encodeData(Buffer.from('y'), true);
    one.settle();
    t.equal(response.body.length, 5001);
    t.end();
  });

  t.test('decoders stop the peer, and a stream that ends takes its stops with it', (t) => {
    const one = new CodecLink(pair, null);
    const response = one.ask(requestHeaders('POST', 'a', '/'), false);
    one.settle();
    const request = one.requests.requests[0] as RecordedRequest;
    request.encoder.readDisable(true);
    request.encoder.readDisable(true);
    response.encoder?.encodeData(Buffer.from('waits'), false);
    one.settle();
    t.equal(request.body, '');
    request.encoder.readDisable(false);
    one.settle();
    t.equal(request.body, '');
    request.encoder.readDisable(false);
    one.settle();
    t.equal(request.body, 'waits');
    request.encoder.readDisable(true);
    response.encoder?.readDisable(true);
    request.encoder.reset(FAULTS.LOCAL_RESET);
    response.encoder?.reset(FAULTS.LOCAL_RESET);
    request.encoder.readDisable(false);
    t.equal(one.far.readDisabled, 0);
    t.equal(one.near.readDisabled, 0);
    t.end();
  });

  t.test('a server that drains finishes what runs and says goodbye', (t) => {
    const one = new CodecLink(pair, null);
    const response = one.ask(requestHeaders('GET', 'a', '/'), true);
    one.settle();
    one.server.drain();
    one.settle();
    t.equal(one.requests.finished, null);
    one.requests.requests[0]?.encoder.encodeHeaders(responseHeaders(200), true);
    one.settle();
    t.ok(response.complete);
    t.equal(one.requests.finished, false);
    t.equal(one.goodbyes, 1);
    t.equal(one.client.available, 0);
    t.end();
  });

  t.test('a client that drains finishes what runs and takes nothing new', (t) => {
    const one = new CodecLink(pair, reply(responseHeaders(200), 'ok'));
    const response = one.ask(requestHeaders('GET', 'a', '/'), true);
    one.client.drain();
    t.equal(one.client.available, 0);
    one.settle();
    t.ok(response.complete);
    t.same(one.freed, [false]);
    t.notOk(one.near.open);
    t.end();
  });

  t.test('bytes on the wire are counted per stream', (t) => {
    const one = new CodecLink(pair, reply(responseHeaders(200), 'x'.repeat(1000)));
    one.ask(requestHeaders('POST', 'a', '/', 'content-length: 2000'), false).encoder?.encodeData(Buffer.alloc(2000), true);
    one.settle();
    const { encoder } = one.requests.requests[0] as RecordedRequest;
    t.equal(encoder.wireBytesReceived > 2000 && encoder.wireBytesReceived < 2200, true);
    t.equal(encoder.wireBytesSent > 1000 && encoder.wireBytesSent < 1200, true);
    t.end();
  });
}

export function codecSuite(t: Test, pair: CodecPair): void {
  t.test(`${pair.name}: messages`, (t) => {
    messages(t, pair, false);
    t.end();
  });
  t.test(`${pair.name}: messages, one byte at a time`, (t) => {
    messages(t, pair, true);
    t.end();
  });
  t.test(`${pair.name}: lifecycles`, (t) => {
    lifecycles(t, pair);
    t.end();
  });
}
