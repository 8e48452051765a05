import t from 'tap';
import { fieldsOf, filterFactory, ManagerFixture, requestHead, responseHead } from '../../../test/support/http-manager.ts';
import { FAULTS } from '../faults.ts';
import { CONTINUE, type HttpFilter, STOP_ITERATION } from '../filter.ts';
import type { Headers } from '../headers.ts';
import type { Route, RouteEntry } from '../route.ts';
import type { UpgradeRule } from '../upgrade.ts';
import { FilterChain } from './filter-chain.ts';
import { upgradeChain } from './upgrade-chains.ts';

const CHAIN = new FilterChain([filterFactory('terminal', () => ({ decodeHeaders: () => STOP_ITERATION }), true)]);

function route(upgrades: readonly UpgradeRule[] = [], filterSettings: readonly unknown[] = [null]): Route {
  const action: RouteEntry = {
    kind: 'route',
    pickCluster: () => ({ name: 'c', current: null }),
    clusterNotFoundStatus: 503,
    timeoutMs: 0,
    idleTimeoutMs: -1,
    rewrite: null,
    retryPolicy: null,
    hash: null,
    upgrades,
  };
  return {
    name: 'r',
    virtualHost: { name: 'v', includeAttemptCount: false },
    action,
    filterSettings,
    requestMutations: null,
    responseMutations: null,
    decorator: null,
    metadata: null,
  };
}

function upgrade(protocol = 'websocket'): Headers {
  const headers = requestHead();
  headers.protocol = protocol;
  return headers;
}

t.test('an upgrade on a route that allows none is a 403, and on HTTP/1.1 the end of the connection', (t) => {
  for (const protocol of ['HTTP/1.1', 'HTTP/2'] as const) {
    const fixture = new ManagerFixture({ route: route(), protocol });
    const exchange = fixture.request(upgrade(), false);
    t.equal(exchange.head?.status, 403);
    t.equal(fixture.codec?.drained, protocol === 'HTTP/1.1');
    t.equal(fixture.count('downstream_rq_ws_on_non_ws_route'), 1);
    t.equal(fixture.count('downstream_cx_upgrades_total'), 0);
    t.equal(fixture.logged[0]?.info.responseCodeDetails, 'upgrade_failed');
  }
  t.end();
});

t.test('a CONNECT that nobody allows is the same', (t) => {
  const fixture = new ManagerFixture({ route: route() });
  t.equal(fixture.request(requestHead('', {}, 'CONNECT', 'a:1'), false).head?.status, 403);
  t.end();
});

t.test('an upgrade that no route matches is answered by the router', (t) => {
  const fixture = new ManagerFixture();
  fixture.request(upgrade(), false);
  t.same(fixture.last.events, ['head /']);
  t.equal(fixture.count('downstream_rq_ws_on_non_ws_route'), 0);
  t.end();
});

t.test('the route’s word counts before the connection manager’s, whatever the case', (t) => {
  const main = new FilterChain([filterFactory('m', () => ({ decodeHeaders: () => STOP_ITERATION }), true)]);
  const own = { type: 'websocket', enabled: true, chain: CHAIN };
  const off = { type: 'websocket', enabled: false, chain: CHAIN };
  const cases: [readonly { type: string; enabled: boolean; chain: FilterChain }[], readonly UpgradeRule[], FilterChain | null][] = [
    [[], [], null],
    [[own], [], CHAIN],
    [[off], [], null],
    [[own], [{ type: 'websocket', enabled: false }], null],
    [[off], [{ type: 'websocket', enabled: true }], CHAIN],
    [[], [{ type: 'websocket', enabled: true }], main],
    [[own], [{ type: 'connect', enabled: false }], CHAIN],
  ];
  for (const [i, [manager, ofRoute, expected]] of cases.entries()) {
    t.equal(upgradeChain('websocket', manager, route(ofRoute), main), expected, `case ${i}`);
  }
  t.equal(upgradeChain('websocket', [own], null, main), CHAIN);
  t.end();
});

t.test('an upgrade is counted until it is over; bytes go both ways, and the client may end first', (t) => {
  const fixture = new ManagerFixture({ route: route([{ type: 'websocket', enabled: true }]) });
  const exchange = fixture.request(upgrade('WebSocket'), false);
  t.equal(fixture.count('downstream_cx_upgrades_total'), 1);
  t.equal(fixture.count('downstream_cx_upgrades_active'), 1);
  const { stream } = fixture.last;
  const granted = responseHead(101);
  granted.protocol = 'WebSocket';
  stream?.encodeHeaders(granted, false);
  exchange.data('ping');
  stream?.encodeData(Buffer.from('pong'), false);
  fixture.connection.pushEnd();
  t.same(fixture.last.events, ['head /', 'data ping', 'data ', 'end']);
  t.equal(fixture.connection.open, true);
  stream?.encodeData(Buffer.from('bye'), true);
  t.same(exchange.events, ['head 101', 'data pong', 'data bye', 'end']);
  t.equal(fixture.count('downstream_cx_upgrades_active'), 0);
  t.match(fixture.logged[0]?.info, { responseCode: 101, bytesReceived: 4, bytesSent: 7, flags: 0 });
  t.end();
});

t.test('what an HTTP/2 client sends waits for the grant', (t) => {
  const settings = { upgrades: [{ type: 'connect', enabled: true, chain: CHAIN }] };
  const fixture = new ManagerFixture({ route: route([{ type: 'connect', enabled: true }]), protocol: 'HTTP/2' });
  const exchange = fixture.request(requestHead('', {}, 'CONNECT', 'a:1'), false);
  t.equal(exchange.readDisabled, 1);
  fixture.last.stream?.encodeHeaders(responseHead(200), false);
  t.equal(exchange.readDisabled, 0);
  t.equal(fixture.count('downstream_flow_control_paused_reading_total'), 0);
  const refused = new ManagerFixture({ settings, protocol: 'HTTP/2' }).request(requestHead('', {}, 'CONNECT', 'a:1'), false);
  refused.abort(FAULTS.DOWNSTREAM_RESET);
  t.equal(refused.readDisabled, 0);
  t.equal(new ManagerFixture({ settings }).request(requestHead('', {}, 'CONNECT', 'a:1'), false).readDisabled, 0);
  t.end();
});

t.test('a tunnel on which nothing moves ends by the idle timeout', (t) => {
  const fixture = new ManagerFixture({ route: route([{ type: 'websocket', enabled: true }]), timeouts: { streamIdle: 1000 } });
  const exchange = fixture.request(upgrade(), false);
  fixture.last.stream?.encodeHeaders(responseHead(101), false);
  fixture.advance(900);
  exchange.data('x');
  fixture.advance(900);
  t.equal(exchange.over, false);
  fixture.advance(200);
  t.same(exchange.events, ['head 101', 'reset STREAM_IDLE_TIMEOUT']);
  t.equal(fixture.count('downstream_rq_idle_timeout'), 1);
  t.equal(fixture.count('downstream_cx_upgrades_active'), 0);
  t.end();
});

t.test('a 2xx that is no grant ends the stream of an HTTP/2 client, and is passed on to others', (t) => {
  const fixture = new ManagerFixture({ route: route([{ type: 'websocket', enabled: true }]), protocol: 'HTTP/2' });
  const exchange = fixture.request(upgrade(), false);
  fixture.last.respond(200, 'no', { 'content-length': '2' });
  t.same(exchange.events, ['head 200', 'end']);
  t.notOk('content-length' in fieldsOf(exchange.head));
  const plain = new ManagerFixture({ route: route([{ type: 'websocket', enabled: true }]) });
  const other = plain.request(upgrade(), false);
  plain.last.respond(200, 'no');
  t.same(other.events, ['head 200', 'data no', 'end']);
  t.end();
});

t.test('an upgrade with filters of its own passes those, with the settings that the route has for them', (t) => {
  const seen: unknown[] = [];
  const note = (name: string): (() => HttpFilter) => {
    return () => ({
      decodeHeaders(stream) {
        seen.push([name, stream.routeSettings()]);
        return CONTINUE;
      },
      encodeHeaders() {
        seen.push(name);
        return CONTINUE;
      },
    });
  };
  const terminal = filterFactory(
    'terminal',
    () => ({
      decodeHeaders(stream) {
        stream.encodeHeaders(responseHead(101), false);
        return STOP_ITERATION;
      },
    }),
    true,
  );
  // Names of the tables: main, terminal, ours.
  const chain = new FilterChain([filterFactory('ours', note('ours')), filterFactory('main', note('main')), terminal], 0, [2, 0, 1]);
  const fixture = new ManagerFixture({
    filters: [['main', note('unused')]],
    route: route([], ['for main', null, 'for ours']),
    settings: { upgrades: [{ type: 'websocket', enabled: true, chain }] },
  });
  const exchange = fixture.request(upgrade(), false);
  t.same(seen, [['ours', 'for ours'], ['main', 'for main'], 'main', 'ours']);
  t.equal(exchange.head?.status, 101);
  const switched: Route = { ...route(), enabledFilters: 0, disabledFilters: 0b100 };
  t.same(chain.phases(switched).decodeHeaders, [1, 2]);
  t.end();
});
