import t from 'tap';
import { fromJson, type JsonInput } from '../../api/index.ts';
import { ipAddress } from '../../base/address.ts';
import { Problems } from '../../base/errors.ts';
import { StreamInfo } from '../../telemetry/stream-info.ts';
import { resolveName } from '../header-name.ts';
import { Headers } from '../headers.ts';
import { formatNames } from '../substitution-format.ts';
import { compileLevel, joinLevels } from './mutations.ts';

const address = ipAddress('127.0.0.1', 1);
const info = new StreamInfo(
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
info.setMetadata('a', { b: 'first\r\nsecond' });

type Fields = readonly (readonly [string, string])[];

function head(fields: Fields): Headers {
  const headers = new Headers();
  for (const [name, value] of fields) headers.add(resolveName(name), value);
  return headers;
}

function request(fields: Fields): Headers {
  const headers = head(fields);
  headers.method = 'GET';
  headers.path = '/path';
  return headers;
}

function compile(toAdd: readonly JsonInput[], toRemove: readonly string[] = [], problems = new Problems()) {
  const options = toAdd.map((option) => fromJson('envoy.config.core.v3.HeaderValueOption', option as never));
  return compileLevel(options, toRemove, 'request_headers', formatNames({ HOME: '/root' }), problems);
}

function add(key: string, value: string, append_action = 'APPEND_IF_EXISTS_OR_ADD', extra: object = {}): JsonInput {
  return { header: { key, value }, append_action, ...extra } as JsonInput;
}

function shown(headers: Headers): string[] {
  return headers.fields
    .slice(0, headers.count)
    .map((f) => `${f.name.text}: ${f.value}`)
    .sort();
}

t.test('conditions look at what came, overwriting goes before appending, as in Envoy', (t) => {
  const rules = [
    add('x-append', '1'),
    add('x-append', '2'),
    add('x-over', '1'),
    add('x-over', '2', 'OVERWRITE_IF_EXISTS_OR_ADD'),
    add('x-absent', '1', 'ADD_IF_ABSENT'),
    add('x-absent', '2', 'ADD_IF_ABSENT'),
    add('x-exists', '1', 'OVERWRITE_IF_EXISTS'),
    add('x-removed', '1', 'OVERWRITE_IF_EXISTS'),
    add('x-copy', '%REQ(x-append)%'),
    { header: { key: 'x-old', value: '1' }, append: false },
    { header: { key: 'user-agent', value: 'agent' }, append: true },
  ];
  const applied = (fields: Fields) => {
    const headers = request(fields);
    joinLevels([compile(rules, ['x-removed'])])?.apply(headers, info);
    return shown(headers);
  };
  t.strictSame(applied([]), [
    'user-agent: agent',
    'x-absent: 1',
    'x-absent: 2',
    'x-append: 1',
    'x-append: 2',
    'x-old: 1',
    'x-over: 1',
    'x-over: 2',
  ]);
  const came = ['x-append', 'x-over', 'x-absent', 'x-exists', 'x-removed', 'x-old', 'user-agent'].map((name) => [name, '0'] as const);
  t.strictSame(applied([...came, ['x-over', '00']]), [
    'user-agent: 0,agent',
    'x-absent: 0',
    'x-append: 0',
    'x-append: 1',
    'x-append: 2',
    'x-copy: 0',
    'x-exists: 1',
    'x-old: 1',
    'x-over: 1',
    'x-over: 2',
  ]);
  t.end();
});

t.test('values are formats: what is not there is empty, and empty ones are left out unless kept', (t) => {
  const headers = request([['x-in', 'a']]);
  const level = compile([
    add('x-both', '100%% %REQ(x-in)%/%REQ(none)%.'),
    add('x-short', '%REQ(:PATH):3%'),
    add('x-none', '%REQ(none)%'),
    add('x-kept', '%REQ(none)%', 'APPEND_IF_EXISTS_OR_ADD', { keep_empty_value: true }),
    add('x-home', '%ENVIRONMENT(HOME)%'),
    add('x-metadata', '%DYNAMIC_METADATA(["a", "b"])%'),
    add('x-state', '%PER_REQUEST_STATE(some.key)%'),
  ]);
  joinLevels([level])?.apply(headers, info);
  t.strictSame(
    shown(headers).filter((line) => !line.startsWith('x-metadata')),
    ['x-both: 100% a/.', 'x-home: /root', 'x-in: a', 'x-kept: ', 'x-short: /pa'],
  );
  for (const line of shown(headers)) t.notMatch(line, /[\r\n]/, 'no value makes another header');
  t.match(shown(headers).join('\n'), /x-metadata: first.*second/);
  t.end();
});

t.test('a later level reads what an earlier one wrote; a response reads its request', (t) => {
  const headers = request([]);
  joinLevels([compile([add('x-a', '1')]), null, compile([add('x-b', '%REQ(x-a)%2')])])?.apply(headers, info);
  t.strictSame(shown(headers), ['x-a: 1', 'x-b: 12']);
  const response = head([['x-from', 'host']]);
  response.status = 200;
  joinLevels([compile([add('x-c', '%REQ(x-b)% %RESP(x-from)%')])])?.apply(response, info, headers);
  t.strictSame(shown(response), ['x-c: 12 host', 'x-from: host']);
  const alone = head([]);
  alone.status = 404;
  joinLevels([compile([add('x-c', '%REQ(x-b)%')])])?.apply(alone, info);
  t.strictSame(shown(alone), []);
  t.end();
});

t.test('a value that is no format, or would be several lines, is refused at its place', (t) => {
  for (const value of ['%NO_SUCH%', '100%', 'a\nb']) {
    const problems = new Problems();
    compile([add('x', value)], [], problems);
    t.match(
      problems.list.map((p) => p.path),
      ['request_headers_to_add[0].header.value'],
    );
  }
  t.end();
});
