import t from 'tap';
import { fromJson, type JsonInput } from '../../api/index.ts';
import { ipAddress } from '../../base/address.ts';
import { Problems } from '../../base/errors.ts';
import { StreamInfo } from '../../telemetry/stream-info.ts';
import { resolveName } from '../header-name.ts';
import { Headers } from '../headers.ts';
import { compileHash } from './hash-policy.ts';

function infoOf(ip: string): StreamInfo {
  const address = ipAddress(ip, 1);
  return new StreamInfo(
    {
      connectionId: 1,
      localAddress: address,
      directRemoteAddress: address,
      tls: null,
      serverName: '',
      listenerName: '',
      filterChainName: '',
    },
    0,
    0,
  );
}

const info = infoOf('10.0.0.1');

function request(path: string, fields: readonly (readonly [string, string])[] = [], authority = 'host'): Headers {
  const headers = new Headers();
  headers.method = 'GET';
  headers.path = path;
  headers.authority = authority;
  for (const [name, value] of fields) headers.add(resolveName(name), value);
  return headers;
}

function compile(policies: readonly JsonInput[], problems = new Problems()) {
  return compileHash(
    fromJson('envoy.config.route.v3.RouteAction', { cluster: 'a', hash_policy: policies as JsonInput }).hashPolicy,
    problems,
  );
}

/** Of one request after the other. */
function hashes(policies: readonly JsonInput[], ...requests: readonly Headers[]): number[] {
  const hash = compile(policies);
  return requests.map((headers) => hash?.hash(headers, info) ?? Number.NaN);
}

t.test('a header, a cookie, a parameter or the address of the client decides', (t) => {
  const header = { header: { header_name: 'x-user' } };
  const [a, b, again, none] = hashes(
    [header],
    request('/', [['x-user', 'a']]),
    request('/', [['x-user', 'b']]),
    request('/2', [['x-user', 'a']]),
    request('/'),
  );
  t.not(a, b);
  t.equal(a, again);
  t.equal(none, -1);
  for (const hash of [a, b]) t.ok(Number.isInteger(hash) && Number(hash) >= 0 && Number(hash) < 2 ** 32);

  const cookie = { cookie: { name: 'session' } };
  const [plain, later, quoted, other, absent] = hashes(
    [cookie],
    request('/', [['cookie', 'session=1']]),
    request('/', [
      ['cookie', 'x=2; asession=3'],
      ['cookie', 'y=1; session=1; z=2'],
    ]),
    request('/', [['cookie', 'session="1"']]),
    request('/', [['cookie', 'session=2']]),
    request('/', [['cookie', 'asession=1; session']]),
  );
  t.equal(plain, later);
  t.equal(plain, quoted);
  t.not(plain, other);
  t.equal(absent, -1);

  const [first, same, missing] = hashes([{ query_parameter: { name: 'q' } }], request('/?q=1'), request('/a?b&q=1&q=2'), request('/'));
  t.equal(first, same);
  t.equal(missing, -1);

  const ip = compile([{ connection_properties: { source_ip: true } }]);
  t.not(ip?.hash(request('/'), info), ip?.hash(request('/'), infoOf('10.0.0.2')));
  t.equal(ip?.hash(request('/a'), info), ip?.hash(request('/b'), info));
  const [one, two] = hashes([{ header: { header_name: ':authority' } }], request('/', [], 'a'), request('/', [], 'b'));
  t.not(one, two);
  t.end();
});

t.test('a pattern takes what matters out of a header', (t) => {
  const regex_rewrite = { pattern: { regex: '^(.)-.*$' }, substitution: '\\1' };
  const [a, b, c] = hashes(
    [{ header: { header_name: 'x', regex_rewrite } }],
    request('/', [['x', 'a-1']]),
    request('/', [['x', 'a-2']]),
    request('/', [['x', 'b-2']]),
  );
  t.equal(a, b);
  t.not(a, c);
  t.end();
});

t.test('several policies are joined, until a terminal one had something to say', (t) => {
  const x = { header: { header_name: 'x' } };
  const y = { header: { header_name: 'y' } };
  const both = request('/', [
    ['x', '1'],
    ['y', '1'],
  ]);
  const onlyX = request('/', [['x', '1']]);
  const onlyY = request('/', [['y', '1']]);
  const [joined, alone] = hashes([x, y], both, onlyX);
  t.not(joined, alone);
  t.not(joined, 0, 'equal values do not cancel each other out');
  const [ended, same, next] = hashes([{ ...x, terminal: true }, y], both, onlyX, onlyY);
  t.equal(ended, same);
  t.not(next, -1);
  t.equal(compile([]), null);
  t.equal(compile([{ connection_properties: {} }]), null);
  t.end();
});

t.test('cookies that would be made here and filter state are refused by name', (t) => {
  const problems = new Problems();
  compile(
    [
      { cookie: { name: 'a', ttl: '0s', path: '/' } },
      { filter_state: { key: 'a' } },
      { header: { header_name: 'x', regex_rewrite: { pattern: { regex: '(' } } } },
    ],
    problems,
  );
  t.strictSame(
    problems.list.map((p) => p.path),
    ['[0].cookie.ttl', '[0].cookie.path', '[1].filter_state', '[2].header.regex_rewrite.pattern.regex'],
  );
  t.end();
});
