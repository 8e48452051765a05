import t from 'tap';
import { fieldsOf, ManagerFixture, requestHead, responseHead } from '../../../test/support/http-manager.ts';
import { FAULTS } from '../faults.ts';
import {
  CONTINUE,
  type DataStatus,
  type FilterStream,
  type HeadersStatus,
  type HttpFilter,
  STOP_ALL_AND_BUFFER,
  STOP_ALL_AND_WATERMARK,
  STOP_AND_BUFFER,
  STOP_AND_WATERMARK,
  STOP_ITERATION,
  STOP_NO_BUFFER,
  type TrailersStatus,
} from '../filter.ts';
import type { Headers } from '../headers.ts';

/** A filter that answers as it is told and writes down what it saw. */
class Probe implements HttpFilter {
  readonly seen: string[] = [];
  stream: FilterStream | null = null;
  onHead: HeadersStatus = CONTINUE;
  onData: DataStatus = CONTINUE;
  onTrailers: TrailersStatus = CONTINUE;
  onResponseHead: HeadersStatus = CONTINUE;
  onResponseData: DataStatus = CONTINUE;
  onResponseTrailers: TrailersStatus = CONTINUE;

  decodeHeaders(stream: FilterStream, _headers: Headers, end: boolean): HeadersStatus {
    this.stream = stream;
    this.seen.push(end ? 'head end' : 'head');
    return this.onHead;
  }

  decodeData(_stream: FilterStream, data: Buffer, end: boolean): DataStatus {
    this.seen.push(`${data.toString('latin1')}${end ? ' end' : ''}`);
    return this.onData;
  }

  decodeTrailers(): TrailersStatus {
    this.seen.push('trailers');
    return this.onTrailers;
  }

  encodeHeaders(_stream: FilterStream, headers: Headers, end: boolean): HeadersStatus {
    this.seen.push(`< ${headers.status}${end ? ' end' : ''}`);
    return this.onResponseHead;
  }

  encodeData(_stream: FilterStream, data: Buffer, end: boolean): DataStatus {
    this.seen.push(`< ${data.toString('latin1')}${end ? ' end' : ''}`);
    return this.onResponseData;
  }

  encodeTrailers(): TrailersStatus {
    this.seen.push('< trailers');
    return this.onResponseTrailers;
  }
}

/** A chain of probes in front of the terminal filter. */
function chain(count: number, setUp: (probes: Probe[]) => void = () => {}, settings: object = {}) {
  const probes = Array.from({ length: count }, () => new Probe());
  setUp(probes);
  const fixture = new ManagerFixture({ filters: probes.map((probe, i) => [`f${i}`, () => probe] as const), settings });
  return { probes, fixture };
}

t.test('a request passes every filter in order, its response in reverse', (t) => {
  const order: string[] = [];
  const named = (name: string) => ({
    decodeHeaders: () => {
      order.push(`${name} in`);
      return CONTINUE;
    },
    encodeHeaders: () => {
      order.push(`${name} out`);
      return CONTINUE;
    },
  });
  const fixture = new ManagerFixture({ filters: ['a', 'b', 'c'].map((name) => [name, () => named(name)] as const) });
  const exchange = fixture.request();
  fixture.last.respond(200, 'hi');
  t.same(order, ['a in', 'b in', 'c in', 'c out', 'b out', 'a out']);
  t.same(exchange.events, ['head 200', 'data hi', 'end']);
  t.same(fixture.last.events, ['head /', 'end', 'destroy']);
  t.end();
});

t.test('filters without a method are not called for it', (t) => {
  const fixture = new ManagerFixture({ filters: [['silent', () => ({})]] });
  const exchange = fixture.request(requestHead(), false);
  exchange.data('x', true);
  fixture.last.respond(204);
  t.same(fixture.last.events, ['head /', 'data x', 'end', 'destroy']);
  t.same(exchange.events, ['head 204', 'end']);
  t.end();
});

t.test('body and trailers pass through', (t) => {
  const { probes, fixture } = chain(1);
  const exchange = fixture.request(requestHead(), false);
  exchange.data('a');
  exchange.data('b');
  exchange.trailersEnd({ x: '1' });
  t.same(probes[0]?.seen, ['head', 'a', 'b', 'trailers']);
  t.same(fixture.last.events, ['head /', 'data a', 'data b', 'trailers', 'end']);
  fixture.last.stream?.encodeHeaders(responseHead(200), false);
  fixture.last.stream?.encodeData(Buffer.from('c'), false);
  fixture.last.stream?.encodeTrailers(responseHead(0, { 'grpc-status': '0' }));
  t.same(exchange.events, ['head 200', 'data c', 'trailers', 'end']);
  t.end();
});

t.test('STOP_ITERATION: the body reaches the filter that stopped, whose CONTINUE resumes the head', (t) => {
  const { probes, fixture } = chain(3, ([, b]) => {
    if (b === undefined) return;
    b.onHead = STOP_ITERATION;
    b.onData = STOP_AND_BUFFER;
  });
  const [a, b, c] = probes as [Probe, Probe, Probe];
  const exchange = fixture.request(requestHead(), false);
  t.same(c.seen, []);
  exchange.data('one ');
  exchange.data('two ');
  t.same(a.seen, ['head', 'one ', 'two ']);
  t.same(b.seen, ['head', 'one ', 'two ']);
  t.same(c.seen, []);
  b.onData = CONTINUE;
  exchange.data('three', true);
  t.same(c.seen, ['head', 'one two three end']);
  t.same(fixture.last.events, ['head /', 'data one two three', 'end']);
  t.end();
});

t.test('STOP_ITERATION and continueDecoding: head, kept body and end go on', (t) => {
  const { probes, fixture } = chain(2, ([a]) => {
    if (a !== undefined) a.onHead = STOP_ITERATION;
  });
  const [a, b] = probes as [Probe, Probe];
  fixture.request(requestHead(), true);
  t.same(b.seen, []);
  a.stream?.continueDecoding();
  t.same(b.seen, ['head end']);

  const second = fixture.request(requestHead(), false);
  a.onData = STOP_AND_WATERMARK;
  second.data('kept');
  a.stream?.continueDecoding();
  t.same(b.seen.slice(1), ['head', 'kept']);
  a.onData = CONTINUE;
  second.data('more', true);
  t.same(b.seen.slice(3), ['more end']);
  t.same(fixture.last.events, ['head /', 'data kept', 'data more', 'end']);
  t.end();
});

t.test('STOP_ALL keeps everything without calling the filter, then starts with that filter', (t) => {
  for (const status of [STOP_ALL_AND_BUFFER, STOP_ALL_AND_WATERMARK] as const) {
    const { probes, fixture } = chain(2, ([a]) => {
      if (a !== undefined) a.onHead = status;
    });
    const [a, b] = probes as [Probe, Probe];
    const exchange = fixture.request(requestHead(), false);
    exchange.data('x');
    exchange.data('y');
    exchange.trailersEnd();
    t.same(a.seen, ['head']);
    a.stream?.continueDecoding();
    t.same(a.seen, ['head', 'xy', 'trailers']);
    t.same(b.seen, ['head', 'xy', 'trailers']);
    t.same(fixture.last.events, ['head /', 'data xy', 'trailers', 'end']);
  }
  t.end();
});

t.test('a filter that stopped the head without a data method keeps the body until it continues', (t) => {
  let stream: FilterStream | null = null;
  const gate: HttpFilter = {
    decodeHeaders: (s) => {
      stream = s;
      return STOP_ITERATION;
    },
  };
  const fixture = new ManagerFixture({ filters: [['gate', () => gate]] });
  const exchange = fixture.request(requestHead(), false);
  exchange.data('a');
  exchange.trailersEnd();
  t.same(fixture.last.events, []);
  (stream as FilterStream | null)?.continueDecoding();
  t.same(fixture.last.events, ['head /', 'data a', 'trailers', 'end']);
  t.end();
});

t.test('STOP_NO_BUFFER: the bytes are the filter’s; the end comes when it continues', (t) => {
  const { probes, fixture } = chain(2, ([a]) => {
    if (a !== undefined) a.onData = STOP_NO_BUFFER;
  });
  const [a, b] = probes as [Probe, Probe];
  const exchange = fixture.request(requestHead(), false);
  exchange.data('gone', true);
  t.same(b.seen, ['head']);
  a.stream?.continueDecoding();
  t.same(b.seen, ['head', ' end']);
  t.same(fixture.last.events, ['head /', 'data ', 'end']);
  t.end();
});

t.test('trailers release what a filter kept, unless it stops them too', (t) => {
  const { probes, fixture } = chain(2, ([a]) => {
    if (a === undefined) return;
    a.onData = STOP_AND_BUFFER;
    a.onTrailers = STOP_ITERATION;
  });
  const [a, b] = probes as [Probe, Probe];
  const exchange = fixture.request(requestHead(), false);
  exchange.data('kept');
  exchange.trailersEnd();
  t.same(b.seen, ['head']);
  a.stream?.continueDecoding();
  t.same(b.seen, ['head', 'kept', 'trailers']);

  a.onTrailers = CONTINUE;
  const second = fixture.request(requestHead(), false);
  second.data('again');
  second.trailersEnd();
  t.same(b.seen.slice(3), ['head', 'again', 'trailers']);
  t.end();
});

t.test('two filters can wait at once: one with the body, one behind it with the head', (t) => {
  const { probes, fixture } = chain(3, ([a, b]) => {
    if (b !== undefined) b.onHead = STOP_ALL_AND_BUFFER;
    if (a !== undefined) a.onData = STOP_AND_BUFFER;
  });
  const [a, b, c] = probes as [Probe, Probe, Probe];
  const exchange = fixture.request(requestHead(), false);
  exchange.data('body', true);
  t.same(b.seen, ['head']);
  b.stream?.continueDecoding(b);
  t.same(c.seen, ['head'], 'the head goes on without the body');
  a.stream?.continueDecoding(a);
  t.same(b.seen, ['head', 'body end']);
  t.same(c.seen, ['head', 'body end']);
  t.end();
});

t.test('a filter may continue before it has answered', (t) => {
  const eager: HttpFilter = {
    decodeHeaders: (stream) => {
      stream.continueDecoding();
      return STOP_ITERATION;
    },
  };
  const fixture = new ManagerFixture({ filters: [['eager', () => eager]] });
  fixture.request();
  t.same(fixture.last.events, ['head /', 'end']);
  t.end();
});

t.test('injected bytes come behind the filter that adds them', (t) => {
  const adder: HttpFilter = {
    decodeHeaders: (stream, _headers, end) => {
      if (end) stream.injectRequestData(Buffer.from('added'), true);
      return CONTINUE;
    },
    decodeData: (stream, data, end) => {
      stream.injectRequestData(Buffer.from(`<${data.toString('latin1')}>`), end);
      return STOP_NO_BUFFER;
    },
  };
  const probe = new Probe();
  const fixture = new ManagerFixture({
    filters: [
      ['adder', () => adder],
      ['probe', () => probe],
    ],
  });
  fixture.request();
  t.same(probe.seen, ['head', 'added end']);
  const exchange = fixture.request(requestHead(), false);
  exchange.data('a');
  exchange.data('b', true);
  t.same(probe.seen.slice(2), ['head', '<a>', '<b> end']);
  t.end();
});

t.test('a filter that buffers beyond the limit makes the request a 413', (t) => {
  for (const [head, data] of [
    [CONTINUE, STOP_AND_BUFFER],
    [STOP_ALL_AND_BUFFER, CONTINUE],
  ] as const) {
    const { fixture } = chain(
      1,
      ([a]) => {
        if (a === undefined) return;
        a.onHead = head;
        a.onData = data;
      },
      { bufferLimit: 10 },
    );
    const exchange = fixture.request(requestHead(), false);
    exchange.data('0123456789');
    t.same(exchange.events, []);
    exchange.data('x');
    t.same(exchange.events, ['head 413', 'data Payload Too Large', 'end']);
    t.equal(fixture.logged[0]?.info.responseCodeDetails, 'request_payload_too_large');
    t.equal(exchange.codec.drained, true);
  }
  t.end();
});

t.test('a filter that keeps with a watermark stops the source, and lets it go on', (t) => {
  const { probes, fixture } = chain(
    1,
    ([a]) => {
      if (a !== undefined) a.onData = STOP_AND_WATERMARK;
    },
    { bufferLimit: 10 },
  );
  const exchange = fixture.request(requestHead(), false);
  exchange.data('0123456789');
  t.equal(exchange.readDisabled, 0);
  exchange.data('x');
  t.equal(exchange.readDisabled, 1);
  probes[0]?.stream?.continueDecoding();
  t.equal(exchange.readDisabled, 0);
  t.same(fixture.last.events, ['head /', 'data 0123456789x']);
  t.equal(fixture.count('downstream_flow_control_paused_reading_total'), 1);
  t.equal(fixture.count('downstream_flow_control_resumed_reading_total'), 1);
  t.end();
});

t.test('a source that a filter had stopped is read on when the stream ends', (t) => {
  const { fixture } = chain(
    1,
    ([a]) => {
      if (a !== undefined) a.onHead = STOP_ALL_AND_WATERMARK;
    },
    { bufferLimit: 10 },
  );
  const exchange = fixture.request(requestHead(), false);
  exchange.data('01234567890');
  t.equal(exchange.readDisabled, 1);
  exchange.abort(FAULTS.DOWNSTREAM_RESET);
  t.equal(exchange.readDisabled, 0);
  t.end();
});

t.test('responses stop, wait and go on as requests do', (t) => {
  const { probes, fixture } = chain(3, ([, b]) => {
    if (b !== undefined) b.onResponseHead = STOP_ITERATION;
    if (b !== undefined) b.onResponseData = STOP_AND_BUFFER;
  });
  const [a, b, c] = probes as [Probe, Probe, Probe];
  const exchange = fixture.request();
  const { stream } = fixture.last;
  stream?.encodeHeaders(responseHead(200), false);
  stream?.encodeData(Buffer.from('x'), false);
  t.same(c.seen, ['head end', '< 200', '< x']);
  t.same(a.seen, ['head end']);
  t.same(exchange.events, []);
  b.onResponseData = CONTINUE;
  stream?.encodeData(Buffer.from('y'), true);
  t.same(a.seen, ['head end', '< 200', '< xy end']);
  t.same(exchange.events, ['head 200', 'data xy', 'end']);

  b.onResponseHead = STOP_ALL_AND_BUFFER;
  const second = fixture.request();
  fixture.last.stream?.encodeHeaders(responseHead(201), false);
  fixture.last.stream?.encodeData(Buffer.from('z'), false);
  fixture.last.stream?.encodeTrailers(responseHead(0));
  t.same(second.events, []);
  b.stream?.continueEncoding(b);
  t.same(second.events, ['head 201', 'data z', 'trailers', 'end']);
  t.end();
});

t.test('a response kept beyond the limit becomes a 500, or a reset once its head is out', (t) => {
  const { fixture } = chain(
    1,
    ([a]) => {
      if (a !== undefined) a.onResponseHead = STOP_ALL_AND_BUFFER;
    },
    { bufferLimit: 4 },
  );
  const exchange = fixture.request();
  fixture.last.stream?.encodeHeaders(responseHead(200, { 'x-up': '1' }), false);
  fixture.last.stream?.encodeData(Buffer.from('12345'), false);
  t.same(exchange.events, ['head 500', 'data Internal Server Error', 'end']);
  t.notOk('x-up' in fieldsOf(exchange.head));
  t.equal(fixture.count('rs_too_large'), 1);

  const late = chain(
    1,
    ([a]) => {
      if (a !== undefined) a.onResponseData = STOP_AND_BUFFER;
    },
    { bufferLimit: 4 },
  ).fixture;
  const second = late.request();
  late.last.stream?.encodeHeaders(responseHead(200), false);
  late.last.stream?.encodeData(Buffer.from('12345'), false);
  t.same(second.events, ['head 200', 'reset RESPONSE_TOO_LARGE']);
  t.equal(late.logged[0]?.info.responseCodeDetails, 'response_payload_too_large');
  t.end();
});

t.test('a response kept with a watermark pauses the terminal filter', (t) => {
  const { probes, fixture } = chain(
    1,
    ([a]) => {
      if (a !== undefined) a.onResponseData = STOP_AND_WATERMARK;
    },
    { bufferLimit: 4 },
  );
  const exchange = fixture.request();
  fixture.last.stream?.encodeHeaders(responseHead(200), false);
  fixture.last.stream?.encodeData(Buffer.from('12345'), false);
  t.same(fixture.last.events, ['head /', 'end', 'high']);
  probes[0]?.stream?.continueEncoding();
  t.same(fixture.last.events, ['head /', 'end', 'high', 'low']);
  t.same(exchange.events, ['head 200', 'data 12345']);
  t.end();
});

t.test('a reply from a filter ends the request side and runs every response filter', (t) => {
  const { probes, fixture } = chain(3);
  const [a, b, c] = probes as [Probe, Probe, Probe];
  b.decodeHeaders = (stream) => {
    stream.sendLocalReply(403, 'no', FAULTS.UPGRADE_FAILED);
    t.same(c.seen, [], 'nothing happens before the filter has returned');
    return STOP_ITERATION;
  };
  const exchange = fixture.request(requestHead(), false);
  t.same(a.seen, ['head', '< 403', '< no end']);
  t.same(b.seen, ['< 403', '< no end']);
  t.same(c.seen, ['< 403', '< no end']);
  t.same(exchange.events, ['head 403', 'data no', 'end']);
  exchange.data('late', true);
  t.same(a.seen.length, 3, 'what comes later is not decoded');
  t.same(fixture.last.events, ['destroy']);
  t.end();
});

t.test('nothing of the upstream follows a reply; a later reply overtakes one that a filter holds', (t) => {
  const { probes, fixture } = chain(1, ([a]) => {
    if (a !== undefined) a.onResponseHead = STOP_ITERATION;
  });
  const exchange = fixture.request();
  const { stream } = fixture.last;
  stream?.sendLocalReply(503, '', FAULTS.NO_HEALTHY_UPSTREAM);
  stream?.encodeHeaders(responseHead(200), true);
  stream?.encodeData(Buffer.from('x'), true);
  t.same(exchange.events, [], 'a filter holds the reply');
  stream?.sendLocalReply(504, '', FAULTS.UPSTREAM_TIMEOUT);
  t.same(exchange.events, ['head 504', 'end']);
  probes[0]?.stream?.continueEncoding();
  t.same(exchange.events.length, 2);
  t.end();
});

t.test('a reply from a response filter goes out past the filters', (t) => {
  const { probes, fixture } = chain(2);
  const [a, b] = probes as [Probe, Probe];
  b.encodeHeaders = (stream) => {
    stream.sendLocalReply(502, 'bad', FAULTS.UPSTREAM_PROTOCOL_ERROR);
    return STOP_ITERATION;
  };
  const exchange = fixture.request();
  fixture.last.respond(200, 'hi', { 'x-up': '1' });
  t.same(exchange.events, ['head 502', 'data bad', 'end']);
  t.same(a.seen, ['head end']);
  t.end();
});

t.test('a reset from a filter ends the stream without an answer', (t) => {
  const { probes, fixture } = chain(1);
  const [a] = probes as [Probe];
  a.decodeHeaders = (stream) => {
    stream.resetStream(FAULTS.LOCAL_RESET);
    return CONTINUE;
  };
  const exchange = fixture.request();
  t.same(exchange.events, ['reset LOCAL_RESET']);
  t.same(fixture.last.events, ['destroy']);
  t.equal(fixture.count('downstream_rq_tx_reset'), 1);
  t.equal(fixture.count('downstream_rq_rx_reset'), 1);
  t.equal(fixture.logged.length, 1);
  t.end();
});

t.test('an answer before the request is complete ends both', (t) => {
  const { fixture } = chain(1);
  const exchange = fixture.request(requestHead(), false);
  exchange.data('some');
  fixture.last.respond(200, 'early');
  t.same(exchange.events, ['head 200', 'data early', 'end']);
  t.equal(exchange.codec.drained, true);
  t.equal(fixture.count('downstream_rq_response_before_rq_complete'), 1);
  t.same(fixture.last.events, ['head /', 'data some', 'destroy']);
  exchange.data('rest', true);
  t.equal(fixture.logged.length, 1);
  t.equal(fixture.logged[0]?.info.requestComplete, -1);
  t.end();
});

t.test('every filter is destroyed once, whatever ended the stream', (t) => {
  let destroyed = 0;
  const fixture = new ManagerFixture({ filters: [['d', () => ({ onDestroy: () => void destroyed++ })]] });
  fixture.request();
  fixture.last.respond(200);
  t.equal(destroyed, 1);
  const second = fixture.request(requestHead(), false);
  second.abort(FAULTS.DOWNSTREAM_RESET);
  second.abort(FAULTS.DOWNSTREAM_RESET);
  t.equal(destroyed, 2);
  t.end();
});

t.test('interim answers pass, each counted, but for a 100 that was not asked for; a filter can drop them', (t) => {
  let drop = false;
  const filter: HttpFilter = { encodeInformational: () => (drop ? STOP_ITERATION : CONTINUE) };
  const fixture = new ManagerFixture({ filters: [['f', () => filter]] });
  const exchange = fixture.request();
  fixture.last.stream?.encodeInformational(responseHead(100));
  fixture.last.stream?.encodeInformational(responseHead(103));
  drop = true;
  fixture.last.stream?.encodeInformational(responseHead(103));
  fixture.last.respond(200);
  t.same(exchange.events, ['103', 'head 200', 'end']);
  t.equal(fixture.count('downstream_rq_1xx'), 1);
  t.equal(fixture.count('downstream_rq_completed'), 2);
  t.end();
});

t.test('filters that a route switches off are not there for its requests', (t) => {
  const probe = new Probe();
  const action = { kind: 'direct_response' as const, status: 200, body: '' };
  const route = (enabledFilters: number, disabledFilters: number) => ({
    name: 'r',
    virtualHost: { name: 'v', includeAttemptCount: false },
    action,
    filterSettings: [null, null],
    enabledFilters,
    disabledFilters,
    requestMutations: null,
    responseMutations: null,
    decorator: null,
    metadata: null,
  });
  const filters = [['probe', () => probe]] as const;
  const seen = (offByDefault: number, enabled: number, disabled: number) => {
    probe.seen.length = 0;
    const fixture = new ManagerFixture({ filters, offByDefault, route: route(enabled, disabled) });
    fixture.request();
    fixture.last.respond(200);
    return probe.seen.length > 0;
  };
  t.equal(seen(0, 0, 0), true);
  t.equal(seen(0, 0, 1), false);
  t.equal(seen(1, 0, 0), false);
  t.equal(seen(1, 1, 0), true);
  t.end();
});

t.test('settings of the route are those of the filter that asks', (t) => {
  const got: unknown[] = [];
  const asks = (): HttpFilter => ({
    decodeHeaders: (stream) => {
      got.push(stream.routeSettings());
      return CONTINUE;
    },
  });
  const route = {
    name: 'r',
    virtualHost: { name: 'v', includeAttemptCount: false },
    action: { kind: 'direct_response' as const, status: 200, body: '' },
    filterSettings: ['for a', null, 'for c', null],
    requestMutations: null,
    responseMutations: null,
    decorator: null,
    metadata: null,
  };
  const fixture = new ManagerFixture({
    filters: [
      ['a', asks],
      ['b', asks],
      ['c', asks],
    ] as const,
    route,
  });
  fixture.request();
  t.same(got, ['for a', null, 'for c']);
  t.end();
});
