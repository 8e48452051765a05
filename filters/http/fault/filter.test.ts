import t from 'tap';
import { fromJson, type JsonInput } from '../../../src/api/index.ts';
import { Problems } from '../../../src/base/errors.ts';
import { type RuntimeEntry, RuntimeValues } from '../../../src/base/runtime-values.ts';
import type { HttpFilter } from '../../../src/http/filter.ts';
import { fieldsOf, ManagerFixture, requestHead } from '../../../test/support/http-manager.ts';
import { FakeStats } from '../../../test/support/stats.ts';
import { compileFault } from './config.ts';
import { FaultFactory } from './filter.ts';
import { FAULT_STATS, type FaultSettings } from './settings.ts';

const ALL = { numerator: 100 };

function entryOf(number: number): RuntimeEntry {
  return { text: String(number), number, integer: number, flag: null, fraction: null };
}

function settingsOf(json: JsonInput, values = new RuntimeValues()): FaultSettings {
  const settings = compileFault(fromJson('envoy.extensions.filters.http.fault.v3.HTTPFault', json), values, new Problems());
  if (settings === null) throw new Error('refused');
  return settings;
}

function fixture(json: JsonInput, route: JsonInput | null = null, values = new RuntimeValues()) {
  const stats = new FakeStats();
  const factory = new FaultFactory('fault', settingsOf(json, values), stats.group('fault.', FAULT_STATS));
  const perRoute = route === null ? null : settingsOf(route);
  const manager = new ManagerFixture({
    filters: [['fault', (): HttpFilter => factory.create()]],
    route: {
      name: 'r',
      virtualHost: { name: 'v', includeAttemptCount: false },
      action: {
        kind: 'route',
        pickCluster: () => ({ name: 'there', current: {} }),
        clusterNotFoundStatus: 503,
        timeoutMs: 0,
        idleTimeoutMs: -1,
        rewrite: null,
        retryPolicy: null,
        hash: null,
      },
      filterSettings: [perRoute, null],
      requestMutations: null,
      responseMutations: null,
      decorator: null,
      metadata: null,
    },
  });
  const count = (name: string) => stats.value(`fault.${name}`);
  return { manager, count };
}

t.test('without faults a request passes', (t) => {
  const { manager, count } = fixture({});
  manager.request();
  t.same(manager.last.events, ['head /', 'end']);
  t.equal(count('aborts_injected'), 0);
  t.end();
});

t.test('an abort answers in place of the upstream', (t) => {
  const { manager, count } = fixture({ abort: { http_status: 418, percentage: ALL } });
  const exchange = manager.request();
  t.equal(exchange.head?.status, 418);
  t.equal(exchange.body, 'fault filter abort');
  t.match(manager.logged[0]?.info, { responseCodeDetails: 'fault_filter_abort', flags: 1 << 10 });
  t.equal(count('aborts_injected'), 1);
  t.equal(count('active_faults'), 0);
  t.end();
});

t.test('a gRPC status makes a gRPC answer, and HTTP statuses map to one', (t) => {
  const grpc = requestHead('/', { 'content-type': 'application/grpc' });
  const exchange = fixture({ abort: { grpc_status: 5, percentage: ALL } }).manager.request(grpc);
  t.match(fieldsOf(exchange.head), { 'grpc-status': '5', 'grpc-message': 'fault filter abort' });
  const mapped = fixture({ abort: { http_status: 503, percentage: ALL } }).manager.request(
    requestHead('/', { 'content-type': 'application/grpc' }),
  );
  t.equal(fieldsOf(mapped.head)['grpc-status'], '14');
  const plain = fixture({ abort: { grpc_status: 5, percentage: ALL } }).manager.request();
  t.equal(plain.head?.status, 200);
  t.end();
});

t.test('a delay holds the request, body included, and lets it go', (t) => {
  const { manager, count } = fixture({ delay: { fixed_delay: '0.3s', percentage: ALL } });
  const exchange = manager.request(requestHead(), false);
  exchange.data('body', true);
  manager.advance(250);
  t.same(manager.last.events, []);
  t.equal(count('active_faults'), 1);
  manager.advance(100);
  t.same(manager.last.events, ['head /', 'data body', 'end']);
  manager.last.respond();
  t.equal(count('delays_injected'), 1);
  t.equal(count('active_faults'), 0);
  t.equal(manager.logged[0]?.info.flags, 1 << 9);
  t.end();
});

t.test('an abort can follow a delay', (t) => {
  const { manager } = fixture({ delay: { fixed_delay: '0.1s', percentage: ALL }, abort: { http_status: 503, percentage: ALL } });
  const exchange = manager.request();
  manager.advance(150);
  t.equal(exchange.head?.status, 503);
  t.equal(manager.logged[0]?.info.flags, (1 << 9) | (1 << 10));
  t.end();
});

t.test('a client that leaves during a delay leaves nothing behind', (t) => {
  const { manager, count } = fixture({ delay: { fixed_delay: '1s', percentage: ALL } });
  manager.request();
  manager.connection.fail();
  t.equal(count('active_faults'), 0);
  t.equal(manager.connection.dispatcher.timers.armedCount, 0);
  t.end();
});

t.test('headers control what the configuration leaves to them', (t) => {
  const answer = (fields: Readonly<Record<string, string>>) => {
    const { manager } = fixture({ delay: { header_delay: {}, percentage: ALL }, abort: { header_abort: {}, percentage: ALL } });
    const exchange = manager.request(requestHead('/', fields));
    const before = exchange.head?.status;
    manager.advance(200);
    return [before, exchange.head?.status, manager.last.events.includes('head /')];
  };
  t.same(answer({}), [undefined, undefined, true]);
  t.same(answer({ 'x-envoy-fault-abort-request': '503' }), [503, 503, false]);
  t.same(answer({ 'x-envoy-fault-abort-request': '99' }), [undefined, undefined, true], 'no HTTP status');
  t.same(answer({ 'x-envoy-fault-abort-request': '503', 'x-envoy-fault-abort-request-percentage': '0' }), [undefined, undefined, true]);
  t.same(answer({ 'x-envoy-fault-delay-request': '100', 'x-envoy-fault-abort-request': '503' }), [undefined, 503, false]);
  t.same(answer({ 'x-envoy-fault-delay-request': '100', 'x-envoy-fault-delay-request-percentage': '0' }), [undefined, undefined, true]);
  t.same(answer({ 'x-envoy-fault-abort-grpc-request': '5' }), [200, 200, false]);
  const fixedAbort = fixture({ abort: { http_status: 418, percentage: ALL } }).manager;
  const exchange = fixedAbort.request(requestHead('/', { 'x-envoy-fault-abort-request-percentage': '0' }));
  t.equal(exchange.head?.status, 418, 'a fixed fault is not the client’s to lower');
  t.end();
});

t.test('shares are kept', (t) => {
  const { manager } = fixture({ abort: { http_status: 503, percentage: { numerator: 30 } } });
  let aborted = 0;
  for (let i = 0; i < 2000; i++) if (manager.request().head?.status === 503) aborted++;
  t.ok(aborted > 450 && aborted < 750, `${aborted} of 2000`);
  t.equal(fixture({ abort: { http_status: 503 } }).manager.request().head, null, 'no percentage is none');
  t.end();
});

t.test('runtime keys change share and status, those of the caller’s cluster in place of the general ones', (t) => {
  const values = new RuntimeValues();
  const { manager } = fixture({ abort: { http_status: 503, percentage: ALL }, abort_http_status_runtime: 'my.status' }, null, values);
  const status = (caller = '') =>
    manager.request(requestHead('/', caller === '' ? {} : { 'x-envoy-downstream-service-cluster': caller })).head?.status ?? 0;
  values.replace([['fault.http.abort.abort_percent', entryOf(0)]]);
  t.same([status(), status('other')], [0, 503]);
  values.replace([
    ['my.status', entryOf(429)],
    ['fault.http.other.abort.http_status', entryOf(418)],
    ['fault.http.none.abort.abort_percent', entryOf(0)],
  ]);
  t.same([status(), status('other'), status('none'), status('third')], [429, 418, 0, 429]);
  values.replace([['my.status', entryOf(7)]]);
  t.equal(status(), 503, 'what is no status is not sent');
  values.replace([['fault.http.max_active_faults', entryOf(0)]]);
  t.equal(status(), 0);
  t.end();
});

t.test('conditions: headers, cluster, node', (t) => {
  const aborted = (extra: { readonly [key: string]: JsonInput }, fields: Readonly<Record<string, string>> = {}) =>
    fixture({ abort: { http_status: 503, percentage: ALL }, ...extra }).manager.request(requestHead('/', fields)).head?.status === 503;
  t.ok(aborted({ headers: [{ name: 'x', string_match: { exact: '1' } }] }, { x: '1' }));
  t.notOk(aborted({ headers: [{ name: 'x', string_match: { exact: '1' } }] }));
  t.ok(aborted({ upstream_cluster: 'there' }));
  t.notOk(aborted({ upstream_cluster: 'elsewhere' }));
  t.ok(aborted({ downstream_nodes: ['n'] }, { 'x-envoy-downstream-service-node': 'n' }));
  t.notOk(aborted({ downstream_nodes: ['n'] }));
  t.end();
});

t.test('settings of the route replace those of the filter', (t) => {
  const { manager } = fixture({ abort: { http_status: 503, percentage: ALL } }, { abort: { http_status: 404, percentage: ALL } });
  t.equal(manager.request().head?.status, 404);
  t.equal(fixture({ abort: { http_status: 503, percentage: ALL } }, {}).manager.request().head, null);
  t.end();
});

t.test('no more faults at one time than allowed', (t) => {
  const { manager, count } = fixture({ delay: { fixed_delay: '1s', percentage: ALL }, max_active_faults: 1 });
  manager.request();
  manager.request();
  t.same(manager.last.events, ['head /', 'end']);
  t.equal(count('faults_overflow'), 1);
  t.equal(count('active_faults'), 1);
  t.end();
});
