import t from 'tap';
import { type EntryParts, logEntry } from '../../test/support/log-entry.ts';
import { fromJson, type JsonInput } from '../api/index.ts';
import { Problems, renderProblem } from '../base/errors.ts';
import { pinName } from '../http/header-name.ts';
import { Headers } from '../http/headers.ts';
import { FLAG } from '../telemetry/response-flags.ts';
import { compileLogFilter } from './compile-log-filter.ts';
import { FilteredLog } from './log-filter.ts';

function compile(json: JsonInput) {
  const problems = new Problems('filter');
  const filter = compileLogFilter(fromJson('envoy.config.accesslog.v3.AccessLogFilter', json), problems);
  return { filter, complaints: problems.list.map(renderProblem) };
}

function lets(json: JsonInput, parts: EntryParts = {}, headers: Readonly<Record<string, string>> | null = null): boolean | string {
  const { filter, complaints } = compile(json);
  if (filter === null) return complaints.join('; ');
  const entry = logEntry(headers === null ? parts : { ...parts, request: null });
  if (headers === null) return filter.matches(entry);
  const request = new Headers();
  for (const [name, value] of Object.entries(headers)) request.add(pinName(name), value);
  return filter.matches({ ...entry, requestHeaders: request });
}

const comparison = (op: string, value: number) => ({ comparison: { op, value: { default_value: value, runtime_key: 'k' } } });

t.test('status codes and durations are compared, a missing answer is 0', async (t) => {
  t.equal(lets({ status_code_filter: comparison('GE', 500) }, { info: { responseCode: 503 } }), true);
  t.equal(lets({ status_code_filter: comparison('GE', 500) }), false);
  t.equal(lets({ status_code_filter: comparison('EQ', 200) }), true);
  t.equal(lets({ status_code_filter: comparison('NE', 200) }), false);
  t.equal(lets({ status_code_filter: comparison('LE', 0) }, { info: { responseCode: 0 } }), true);
  t.equal(lets({ duration_filter: comparison('GE', 12) }), true, '12.5 ms');
  t.equal(lets({ duration_filter: comparison('GE', 13) }), false);
  t.equal(lets({ duration_filter: comparison('LE', 12) }), true);
  t.equal(lets({ duration_filter: comparison('LE', 12) }, { info: { end: -1 } }), false);
});

t.test('flags: one of them, or any at all', async (t) => {
  const info = { flags: FLAG.NoRouteFound | FLAG.DelayInjected };
  t.equal(lets({ response_flag_filter: { flags: ['UF', 'NR'] } }, { info }), true);
  t.equal(lets({ response_flag_filter: { flags: ['UF'] } }, { info }), false);
  t.equal(lets({ response_flag_filter: {} }, { info }), true);
  t.equal(lets({ response_flag_filter: {} }), false);
});

t.test('headers of the request, as routes match them', async (t) => {
  const header = { name: 'x-debug', string_match: { exact: '1' } };
  t.equal(lets({ header_filter: { header } }, {}, { 'x-debug': '1' }), true);
  t.equal(lets({ header_filter: { header } }, {}, { 'x-debug': '2' }), false);
  t.equal(lets({ header_filter: { header } }, { request: null }), false, 'a TCP connection');
});

t.test('and, or', async (t) => {
  const ok = { status_code_filter: comparison('EQ', 200) };
  const slow = { duration_filter: comparison('GE', 1000) };
  t.equal(lets({ and_filter: { filters: [ok, slow] } }), false);
  t.equal(lets({ and_filter: { filters: [ok, { not_health_check_filter: {} }] } }), true);
  t.equal(lets({ or_filter: { filters: [slow, ok] } }), true);
  t.equal(lets({ or_filter: { filters: [slow, slow] } }), false);
});

t.test('gRPC statuses, or what stands for one', async (t) => {
  t.equal(lets({ grpc_status_filter: { statuses: ['UNAVAILABLE'] } }, { info: { responseCode: 503 } }), true);
  t.equal(lets({ grpc_status_filter: { statuses: ['OK'] } }, { trailers: { 'grpc-status': '0' } }), true);
  t.equal(lets({ grpc_status_filter: { statuses: ['OK'], exclude: true } }), true, '200 without a status is unknown');
  t.equal(lets({ grpc_status_filter: {} }), false);
});

t.test('dynamic metadata, or what is said of what is not there', async (t) => {
  const written: EntryParts = { info: { metadata: new Map([['ns', { a: { b: 'yes', z: null } }]]) } };
  const asked = (path: readonly string[], more = {}) => ({
    metadata_filter: { matcher: { filter: 'ns', path: path.map((key) => ({ key })), value: { string_match: { exact: 'yes' } }, ...more } },
  });
  t.equal(lets(asked(['a', 'b']), written), true);
  t.equal(lets(asked(['a', 'b'], { value: { string_match: { exact: 'no' } } }), written), false);
  t.equal(lets(asked(['a', 'b'], { invert: true }), written), true, 'as in Envoy');
  t.equal(lets(asked(['a', 'z']), written), false, 'null is a value');
  for (const path of [['a', 'c'], ['a', 'b', 'c'], ['x']]) {
    t.equal(lets(asked(path), written), true, path.join('.'));
    t.equal(lets({ metadata_filter: { ...asked(path).metadata_filter, match_if_key_not_found: false } }, written), false, path.join('.'));
  }
  t.equal(lets({ metadata_filter: {} }), true);
  t.equal(lets({ metadata_filter: { match_if_key_not_found: false } }), false);
});

t.test('kinds of entries', async (t) => {
  t.equal(lets({ log_type_filter: { types: ['DownstreamEnd'] } }), true);
  t.equal(lets({ log_type_filter: { types: ['DownstreamEnd'], exclude: true } }), false);
  t.equal(lets({ log_type_filter: { types: ['TcpConnectionEnd'] } }, { request: null, info: { protocol: '' } }), true);
});

t.test('a sample is the same for everyone who samples by request id', async (t) => {
  const half = { runtime_filter: { runtime_key: 'k', percent_sampled: { numerator: 50 } } };
  t.equal(lets(half, { info: { requestId: '00000031-aaaa' } }), true, '49 of 100');
  t.equal(lets(half, { info: { requestId: '00000032-aaaa' } }), false, '50 of 100');
  t.equal(lets({ runtime_filter: { runtime_key: 'k', percent_sampled: { numerator: 100 } } }, { info: { requestId: '' } }), true);
  t.equal(lets({ runtime_filter: { runtime_key: 'k' } }), false, 'no share is no stream');
  const million = { numerator: 100, denominator: 'MILLION' };
  t.equal(lets({ runtime_filter: { runtime_key: 'k', percent_sampled: million } }, { info: { requestId: '00000064-aaaa' } }), false);
  t.equal(lets({ runtime_filter: { runtime_key: 'k', percent_sampled: { numerator: 100 }, use_independent_randomness: true } }), true);
});

t.test('what cannot be honoured is refused by name and place', async (t) => {
  t.equal(lets({}), 'filter: the filter is empty');
  t.equal(lets({ traceable_filter: {} }), 'filter: traceable_filter is not supported');
  t.equal(lets({ status_code_filter: {} }), 'filter.status_code_filter: comparison is required');
  t.equal(
    lets({ or_filter: { filters: [{ extension_filter: {} }, { response_flag_filter: { flags: ['UDO', 'XX'] } }] } }),
    'filter.or_filter.filters[0]: extension_filter is not supported; ' +
      'filter.or_filter.filters[1].response_flag_filter.flags[1]: the response flag "XX" is not supported',
  );
});

t.test('a filtered log writes what its filter lets through and passes flushes on', async (t) => {
  const { filter } = compile({ status_code_filter: comparison('GE', 500) });
  const seen: unknown[] = [];
  if (filter === null) throw new Error('the filter compiles');
  const log = new FilteredLog({ log: (entry) => seen.push(entry.info.responseCode), flush: (reopen) => seen.push(reopen) }, filter);
  log.log(logEntry());
  log.log(logEntry({ info: { responseCode: 500 } }));
  log.flush(true);
  t.same(seen, [500, true]);
});
