import t from 'tap';
import type { Problem } from '../base/errors.ts';
import { renderProblems } from './excerpt.ts';
import { loadBootstrap } from './load.ts';

function problems(text: string): readonly Problem[] {
  const result = loadBootstrap([{ file: 'x.yaml', text }]);
  return 'problems' in result ? result.problems : [];
}

function load(...texts: string[]) {
  const result = loadBootstrap(texts.map((text, i) => ({ file: `${i}.yaml`, text })));
  if ('problems' in result) throw new Error(renderProblems(result.problems, result.texts));
  return result;
}

function cluster(fields: string): string {
  return `static_resources:\n  clusters:\n    - name: app\n      ${fields}\n`;
}

t.test('a YAML bootstrap becomes the message, in both name forms and in JSON', async (t) => {
  for (const text of [
    'static_resources: { clusters: [{ name: app, connect_timeout: 0.25s, lb_policy: LEAST_REQUEST }] }',
    'staticResources: { clusters: [{ name: app, connectTimeout: 0.25s, lbPolicy: 1 }] }',
    '{"static_resources": {"clusters": [{"name": "app", "connect_timeout": "0.25s", "lb_policy": "LEAST_REQUEST"}]}}',
  ]) {
    const { message } = load(text);
    const [first] = message.staticResources?.clusters ?? [];
    t.match(first, { name: 'app', lbPolicy: 1, connectTimeout: { seconds: 0n, nanos: 250_000_000 } });
  }
});

t.test('each mismatch is reported at once, with line, column, path and a suggestion', async (t) => {
  const found = problems(`admin:
  address: { socket_address: { address: 127.0.0.1, port: 3000 } }
static_resources:
  clusters:
    - name: 12
      connect_timeout: 250ms
      lb_policy: ROUNDROBIN
      load_assignment: { cluster_name: a, endpoints: none }
      typed_extension_protocol_options:
        x: { "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOption }
`);
  const seen = found.map((p) => `${p.position?.line}:${p.position?.column} ${p.code} ${p.hint ?? ''}`);
  t.strictSame(seen, [
    '2:52 unknown_field did you mean "port_value"?',
    '5:13 wrong_kind write "12" in quotes',
    '6:24 bad_value durations are seconds with an "s": write "0.25s"',
    '7:18 bad_enum did you mean "ROUND_ROBIN"?',
    '8:54 wrong_kind ',
    '10:23 unknown_type did you mean "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"?',
  ]);
  t.equal(found[0]?.path, 'admin.address.socket_address.port');
});

t.test('constraints of the protos hold, also inside an Any, and name the place', async (t) => {
  const found = problems(`static_resources:
  listeners:
    - name: in
      address: { socket_address: { address: 127.0.0.1, port_value: 70000 } }
      filter_chains:
        - filters:
            - name: http
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: ""
                route_config: { virtual_hosts: [{ name: a, domains: [] }] }
`);
  t.strictSame(
    found.map((p) => `${p.position?.line} ${p.path.split('.').at(-1)}: ${p.message}`),
    [
      '4 port_value: "port_value" is 70000, must be ≤ 65535',
      '10 stat_prefix: "stat_prefix" must not be empty',
      '11 domains: "domains" needs at least 1 element',
    ],
  );
});

t.test('bounds the other way round leave a gap', async (t) => {
  const quic = (interval: string) =>
    problems(`static_resources:
  listeners:
    - address: { socket_address: { address: 127.0.0.1, port_value: 1 } }
      udp_listener_config: { quic_options: { quic_protocol_options: { connection_keepalive: { initial_interval: ${interval} } } } }
`);
  t.strictSame(quic('0s'), []);
  t.strictSame(quic('5s'), []);
  t.match(quic('0.0001s'), [{ message: '"initial_interval" is 0.0001s, must be at most 0s or at least 0.001s' }]);
});

t.test('a rule on a member of a oneof speaks only when that member was chosen', async (t) => {
  const listener = (match: string) => `static_resources:
  listeners:
    - address: { socket_address: { address: 127.0.0.1, port_value: 7000 } }
      filter_chains:
        - filters:
            - name: http
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: a
                route_config: { virtual_hosts: [{ name: a, domains: ["*"], routes: [{ match: ${match}, route: { cluster: a } }] }] }
`;
  t.strictSame(problems(listener('{ prefix: / }')), []);
  t.match(problems(listener('{ safe_regex: {} }')), [{ path: /match\.safe_regex\.regex$/ }]);
  t.match(problems(listener('{}')), [{ code: 'missing' }]);
});

t.test('syntax errors, double keys and empty files say where', async (t) => {
  t.match(problems('admin:\n  a: [1, 2\nb: 1\n')[0], { code: 'syntax', position: { line: 3 } });
  t.match(problems('admin: {}\nadmin: {}\n')[0], { code: 'duplicate', position: { line: 2, column: 1 } });
  t.match(problems('')[0], { code: 'syntax', message: 'x.yaml is empty' });
  t.match(problems('[1]')[0], { code: 'wrong_kind', position: { line: 1, column: 1 } });
});

t.test('two members of one oneof exclude each other', async (t) => {
  const [problem] = problems(
    cluster('type: STATIC\n      cluster_type: { name: x, typed_config: { "@type": type.googleapis.com/google.protobuf.Empty } }'),
  );
  t.match(problem, { code: 'oneof', message: '"cluster_type" and "type" exclude each other' });
});

t.test('64-bit integers keep their digits', async (t) => {
  const max = '18446744073709551615';
  const text = cluster(`lb_policy: RING_HASH\n      ring_hash_lb_config: { minimum_ring_size: 8388608, maximum_ring_size: ${max} }`);
  t.match(problems(text)[0]?.message, /18446744073709551615/);
});

t.test('single values are read as Envoy reads them', async (t) => {
  const bool = (text: string) => load(cluster(`respect_dns_ttl: ${text}`)).message.staticResources?.clusters[0]?.respectDnsTtl;
  for (const text of ['true', 'yes', 'On', 'Y', '"true"', "'TRUE'"]) t.equal(bool(text), true, text);
  for (const text of ['false', 'NO', 'off', 'n', '"False"']) t.equal(bool(text), false, text);
  for (const text of ['"on"', '1', 'banana']) t.match(problems(cluster(`respect_dns_ttl: ${text}`)), [{ code: 'wrong_kind' }], text);

  const bytes = (text: string) =>
    load(cluster(`per_connection_buffer_limit_bytes: ${text}`)).message.staticResources?.clusters[0]?.perConnectionBufferLimitBytes;
  t.strictSame(['0644', '0x10', '1e3', '"17"', '+5', '{ value: 5 }', '{}'].map(bytes), [0o644, 16, 1000, 17, 5, 5, 0]);

  const id = (text: string) => load(`node: { id: ${text} }`).message.node?.id;
  t.strictSame(['1.10', '99999999999999999999', '"yes"', '2026-01-01', '~'].map(id), [
    '1.10',
    '99999999999999999999',
    'yes',
    '2026-01-01',
    '',
  ]);
  t.match(problems('node: { id: no }'), [
    { code: 'wrong_kind', message: /got no, which is false in YAML 1.1/, hint: 'write "no" in quotes' },
  ]);
  for (const text of ['12', '0x10', '017']) t.match(problems(`node: { id: ${text} }`), [{ code: 'wrong_kind' }], text);

  const policy = (text: string) => load(cluster(`lb_policy: ${text}`)).message.staticResources?.clusters[0]?.lbPolicy;
  t.strictSame(['RANDOM', 'random', '3', '"3"'].map(policy), [3, 3, 3, 3]);
  const timeout = (text: string) => load(cluster(`connect_timeout: ${text}`)).message.staticResources?.clusters[0]?.connectTimeout;
  t.match(timeout('{ seconds: 2, nanos: 5000000 }'), { seconds: 2n, nanos: 5_000_000 });

  const { message } = load('node: { metadata: { a: yes, b: 010, c: "on", d: 7, e: ~, f: [no, y] } }');
  t.strictSame(message.node?.metadata, { a: true, b: 8, c: 'on', d: 7, e: null, f: [false, true] });
});

t.test('one element may stand for a list of it', async (t) => {
  const { message } = load('static_resources: { clusters: { name: a } }\nnode: { client_features: x }\n');
  t.match(message.staticResources?.clusters, [{ name: 'a' }]);
  t.strictSame(message.node?.clientFeatures, ['x']);
  t.match(problems('static_resources: { clusters: { name: a, foo: 1 } }'), [{ path: 'static_resources.clusters[0].foo' }]);
});

t.test('keys that stand twice are reported with everything else', async (t) => {
  const found = problems('node:\n  id: a\n  id: b\n  metadata: { a: { b: 1, b: 2 } }\nadmin: {}\nfoo: 1\nadmin: {}\n');
  t.strictSame(
    found.map(({ code, path, position }) => [code, path, position?.line]),
    [
      ['duplicate', 'node.id', 3],
      ['duplicate', 'node.metadata.a.b', 4],
      ['unknown_field', 'foo', 6],
      ['duplicate', 'admin', 7],
    ],
  );
});

t.test('keys tagged !ignore hold anchors and nothing else', async (t) => {
  const { message } = load('!ignore parts:\n  - &id x\nnode: { id: *id }\n');
  t.equal(message.node?.id, 'x');
  t.match(problems('parts:\n  &id x\nnode: { id: *id }\n'), [{ code: 'unknown_field', hint: /write "!ignore parts"/ }]);
});

t.test('byte order marks, document marks and empty files', async (t) => {
  t.equal(load('\ufeffnode: { id: a }').message.node?.id, 'a');
  t.equal(load('---\nnode: { id: a }\n...\n').message.node?.id, 'a');
  t.match(problems('\ufeffnod: {}'), [{ position: { line: 1, column: 1 } }]);
  t.match(problems('node: {}\n---\nadmin: {}\n'), [
    { code: 'syntax', message: 'a second document begins here', position: { line: 2, column: 1 } },
  ]);
  for (const text of ['', '# nothing\n', '---\n', 'null\n']) t.match(problems(text), [{ code: 'syntax', message: 'x.yaml is empty' }]);
  t.strictSame(problems('{}'), []);
  t.match(problems('admin:\n\taddress: {}\n'), [{ hint: 'indent with spaces', position: { line: 2 } }]);
});

t.test('syntax errors are shown with their line, too', async (t) => {
  const result = loadBootstrap([{ file: 'x.yaml', text: 'admin:\n  a: [1, 2\nb: 1\n' }]);
  t.match('problems' in result && renderProblems(result.problems, result.texts), /x\.yaml:3:1 {2}error\n {4}3 \| b: 1\n {6}\| \^ /);
});

t.test('anchors and merge keys work, and their expansion is bounded', async (t) => {
  const { message } = load('static_resources:\n  clusters:\n    - &c { name: a, connect_timeout: 2s }\n    - { <<: *c, name: b }\n');
  t.match(message.staticResources?.clusters, [{ name: 'a' }, { name: 'b', connectTimeout: { seconds: 2n } }]);
  const bomb = ['a0: &a0 [1,1,1,1,1,1,1,1,1,1]'];
  for (let i = 1; i < 10; i++)
    bomb.push(
      `a${i}: &a${i} [${Array(10)
        .fill(`*a${i - 1}`)
        .join(',')}]`,
    );
  const text = `node: { metadata: { ${bomb.join(', ')} } }`;
  t.match(problems(text)[0], { code: 'syntax' });
  t.match(problems(`node: { metadata: { a: ${'['.repeat(500)}${']'.repeat(500)} } }`)[0], { code: 'syntax' });
});

t.test('a second text merges over the first', async (t) => {
  const { message } = load(
    'node: { id: a, cluster: c }\nstatic_resources: { clusters: [{ name: one }] }',
    'node: { id: b }\nstatic_resources: { clusters: [{ name: two }] }',
  );
  t.match(message.node, { id: 'b', cluster: 'c' });
  t.strictSame(
    message.staticResources?.clusters.map((c) => c.name),
    ['one', 'two'],
  );
});

t.test('problems of the second text have their own places, also behind lists of the first', async (t) => {
  const one = 'static_resources:\n  clusters:\n    - name: one\n    - name: two\n';
  const result = loadBootstrap([
    { file: 'file', text: one },
    { file: 'yaml', text: 'static_resources:\n  clusters:\n    - name: three\n      connect_timeout: 0s\n      lb: 1\n' },
  ]);
  t.match('problems' in result && result.problems, [
    { path: 'static_resources.clusters[2].lb', position: { file: 'yaml', line: 5 } },
    { path: 'static_resources.clusters[2].connect_timeout', position: { file: 'yaml', line: 4 } },
  ]);
});

t.test('the merge is that of protobuf: maps by key, messages field by field, the other member of a oneof replaces', async (t) => {
  const { message } = load(
    'node: { metadata: { a: 1, b: { c: 1 } }, locality: { region: r, zone: x } }\nstatic_resources: { clusters: [{ name: a }] }',
    'node: { metadata: { b: { d: 2 } }, locality: { zone: z } }\nadmin: { address: { pipe: { path: /a } } }',
    'admin: { address: { socket_address: { address: 127.0.0.1, port_value: 1 } } }',
  );
  t.strictSame(message.node?.metadata, { a: 1, b: { d: 2 } });
  t.match(message.node?.locality, { region: 'r', zone: 'z' });
  t.equal(message.admin?.address?.address.case, 'socketAddress');
});

t.test('constraints are reported beside mismatches, but not what is missing because of them', async (t) => {
  const found = problems(
    'admin:\n  address: { socket_address: { address: 127.0.0.1, port: 1 } }\nstatic_resources: { clusters: [{ name: a, connect_timeout: 0s }] }\n',
  );
  t.strictSame(
    found.map(({ path }) => path),
    ['admin.address.socket_address.port', 'static_resources.clusters[0].connect_timeout'],
  );
});

t.test('what v2 called otherwise is said in the words of v3', async (t) => {
  const hints = problems(`static_resources:
  clusters:
    - name: a
      hosts: []
      tls_context: {}
  listeners:
    - address: { socket_address: { address: 127.0.0.1, port_value: 1 } }
      filter_chains: [{ filters: [{ name: x, config: {} }] }]
      listener_filters:
        - name: z
          typed_config: { "@type": type.googleapis.com/envoy.config.filter.network.http_connection_manager.v2.HttpConnectionManager }
`);
  t.match(
    hints.map(({ hint }) => hint),
    [
      /this is v2; in v3, write load_assignment/,
      /in v3, write a transport_socket .*UpstreamTlsContext$/,
      'this is v2; in v3, write typed_config with an "@type"',
      'did you mean "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"?',
    ],
  );
  t.match(hints.at(-1)?.message, /\(v2\)$/);
});

t.test('unknown fields can be let through and are listed', async (t) => {
  const result = loadBootstrap([{ file: 'x', text: 'nod: {}\nadmin: { foo: 1 }' }], { allowUnknownFields: true });
  t.match(result, { unknownFields: ['nod', 'admin.foo'] });
});

t.test('problems are shown with the source line and a caret', async (t) => {
  const result = loadBootstrap([{ file: 'bad.yaml', text: 'admin:\n  address: { socket_address: { address: 127.0.0.1, port: 3000 } }\n' }]);
  t.ok('problems' in result);
  if (!('problems' in result)) return;
  t.equal(
    renderProblems(result.problems, result.texts),
    [
      'bad.yaml:2:52  error  admin.address.socket_address.port',
      '    2 |   address: { socket_address: { address: 127.0.0.1, port: 3000 } }',
      `      |${' '.repeat(52)}^^^^ unknown field "port" of envoy.config.core.v3.SocketAddress; did you mean "port_value"?`,
      '1 error',
    ].join('\n'),
  );
});
