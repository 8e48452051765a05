import t from 'tap';
import { ManagerFixture, requestHead, responseHead } from '../../../test/support/http-manager.ts';
import { FAULTS } from '../faults.ts';
import { PATH } from '../header-name.ts';

const protocol = 'HTTP/2' as const;

t.test('streams run side by side and end in any order', (t) => {
  const fixture = new ManagerFixture({ protocol });
  const exchanges = ['/0', '/1', '/2', '/3'].map((path) => fixture.request(requestHead(path)));
  t.equal(fixture.count('downstream_rq_active'), 4);
  t.equal(fixture.count('downstream_rq_http2_total'), 4);
  for (const at of [1, 3, 0, 2]) fixture.terminals[at]?.respond(200 + at);
  t.same(
    exchanges.map((e) => e.head?.status),
    [200, 201, 202, 203],
  );
  t.equal(fixture.count('downstream_rq_active'), 0);
  t.same(
    fixture.logged.map((entry) => [entry.requestHeaders?.get(PATH), entry.info.protocol]),
    [
      ['/1', 'HTTP/2'],
      ['/3', 'HTTP/2'],
      ['/0', 'HTTP/2'],
      ['/2', 'HTTP/2'],
    ],
  );
  t.end();
});

t.test('each stream has its own idle time', (t) => {
  const fixture = new ManagerFixture({ protocol, timeouts: { streamIdle: 1000 } });
  const quiet = fixture.request(requestHead('/quiet'), false);
  const busy = fixture.request(requestHead('/busy'), false);
  fixture.advance(600);
  busy.data('x');
  fixture.advance(500);
  t.equal(quiet.head?.status, 408);
  t.equal(busy.over, false);
  fixture.advance(600);
  t.equal(busy.head?.status, 408);
  t.equal(fixture.connection.open, true);
  t.end();
});

t.test('a connection with streams is not idle; the last one starts the clock', (t) => {
  const fixture = new ManagerFixture({ protocol, timeouts: { connectionIdle: 1000, streamIdle: 0 } });
  fixture.request();
  fixture.request();
  fixture.advance(5000);
  fixture.terminals[0]?.respond();
  fixture.advance(5000);
  t.equal(fixture.codec?.drains, 0);
  fixture.terminals[1]?.respond();
  fixture.advance(1100);
  t.equal(fixture.codec?.drains, 1);
  t.equal(fixture.count('downstream_cx_idle_timeout'), 1);
  t.end();
});

t.test('one malformed or half-read request does not end the others’ connection', (t) => {
  const fixture = new ManagerFixture({ protocol });
  fixture.request(requestHead('/', {}, 'GET', ''));
  const early = fixture.request(requestHead('/', {}, 'POST'), false);
  fixture.last.respond(200);
  t.equal(early.head?.status, 200);
  const refused = fixture.request(requestHead('/'), false);
  refused.decoder?.onCodecError(FAULTS.BAD_MESSAGE);
  t.equal(refused.head?.status, 400);
  t.equal(fixture.codec?.drains, 0);
  t.equal(fixture.connection.open, true);
  t.end();
});

t.test('the last of max_requests_per_connection starts the drain', (t) => {
  const fixture = new ManagerFixture({ protocol, settings: { maxRequests: 2 } });
  fixture.request();
  t.equal(fixture.codec?.drains, 0);
  fixture.request();
  t.equal(fixture.codec?.drains, 1);
  t.equal(fixture.count('downstream_cx_max_requests_reached'), 1);
  fixture.request();
  for (const terminal of fixture.terminals) terminal.respond();
  t.equal(fixture.codec?.drains, 1);
  t.end();
});

t.test('a proxy that drains says so at once, whatever runs, and counts it once', (t) => {
  const fixture = new ManagerFixture({ protocol });
  const exchange = fixture.request();
  fixture.life.draining = true;
  fixture.manager.onDrain();
  t.equal(fixture.codec?.drains, 1);
  fixture.last.respond();
  t.equal(exchange.head?.status, 200);
  t.equal(fixture.codec?.drains, 1);
  t.equal(fixture.count('downstream_cx_drain_close'), 1);
  fixture.codec?.drain();
  fixture.connection.dispatcher.settle();
  t.equal(fixture.connection.open, false);
  t.end();
});

t.test('a connection that breaks the protocol is counted, and so is one that takes back what it asks for', (t) => {
  const fixture = new ManagerFixture({ protocol });
  fixture.request();
  fixture.codec?.callbacks.onConnectionError?.(FAULTS.H2_PROTOCOL_ERROR);
  t.equal(fixture.count('downstream_cx_protocol_error'), 1);
  t.equal(fixture.count('downstream_rq_too_many_premature_resets'), 0);
  fixture.codec?.callbacks.onConnectionError?.(FAULTS.H2_EARLY_RESETS);
  t.equal(fixture.count('downstream_cx_protocol_error'), 2);
  t.equal(fixture.count('downstream_rq_too_many_premature_resets'), 1);
  t.end();
});

t.test('the request timeout is over when the response begins', (t) => {
  const fixture = new ManagerFixture({ protocol, timeouts: { request: 1000 } });
  const exchange = fixture.request(requestHead(), false);
  fixture.last.stream?.encodeHeaders(responseHead(), false);
  fixture.advance(5000);
  t.equal(exchange.over, false);
  t.equal(fixture.count('downstream_rq_timeout'), 0);
  t.end();
});
