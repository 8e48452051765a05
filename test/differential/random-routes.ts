/** Route tables and requests made by a seeded die: every kind of matcher, few words, so that much nearly matches. */

export type Die = (below: number) => number;

/** Deterministic, in [0, below). */
export function die(seed: number): Die {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % below;
  };
}

function one<T>(roll: Die, list: readonly T[]): T {
  return list[roll(list.length)] as T;
}

const SEGMENTS = ['a', 'b', 'ab', 'A', 'x.y', 'a;p=1', '1', 'api'];
const WORDS = ['a', 'b', 'ab', 'B', '', '10', '-3', 'a b'];
const HEADERS = ['x-one', 'x-two', ':method', ':authority'];
const NAMES = ['k', 'l', 'kk'];
const DOMAINS = ['a.example', 'b.example', '*.example', '*.b.example', 'www.*', 'www.a.*', 'a.example:8080', '*-x.example', '[::1]', 'x'];
const AUTHORITIES = [
  ...['a.example', 'A.EXAMPLE', 'b.example', 'c.example', 'x.b.example', '.b.example', 'b.example:80', 'a.example:8080'],
  ...['www.q', 'www.a.q', 'www.', 'q-x.example', '[::1]', '[::1]:9', 'x', 'x:1', 'elsewhere'],
];

function path(roll: Die): string {
  let text = '';
  for (let i = 1 + roll(3); i > 0; i--) text += `/${one(roll, SEGMENTS)}`;
  return roll(4) === 0 ? `${text}/` : text;
}

function plainPath(roll: Die): string {
  return path(roll).replaceAll(';p=1', '');
}

function stringMatch(roll: Die): object {
  const word = one(roll, WORDS);
  const ignore = roll(4) === 0 ? { ignore_case: true } : {};
  const kinds: object[] = [
    { exact: word, ...ignore },
    { prefix: word || 'a', ...ignore },
    { suffix: word || 'b', ...ignore },
    { contains: word || 'a', ...ignore },
    { safe_regex: { regex: one(roll, ['[ab]+', 'a|b', '(a|ab)(b)?', '\\d+', '.*', '-?[0-9]+', 'a.*b']) } },
  ];
  return one(roll, kinds);
}

function pathMatch(roll: Die): object {
  const text = path(roll);
  const kinds: object[] = [
    { prefix: text },
    { prefix: text },
    { path: text },
    { path: text },
    ...(roll(3) === 0 ? [{ prefix: '/' }] : []),
    { path_separated_prefix: text.replace(/\/$/, '') },
    { prefix: text, case_sensitive: false },
    { path: text, case_sensitive: false },
    { path_separated_prefix: text.replace(/\/$/, ''), case_sensitive: false },
    { safe_regex: { regex: `${plainPath(roll).replaceAll('.', '\\.')}.*` } },
    {
      safe_regex: { regex: one(roll, ['/a/[^/]+', '/(a|b)/.*', '.*/b', '/[a-z]+/?', '/a(/b)*', '/ab?c?(/.*)?', '/a/b|/b/a', '/x\\.y/.*']) },
    },
    {
      path_match_policy: {
        name: 'envoy.path.match.uri_template.uri_template_matcher',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig',
          path_template: one(roll, ['/a/*', '/{x}/b', '/a/**', '/*/*', '/api/{x=*}/a', '/b/{y=**}']),
        },
      },
    },
  ];
  return one(roll, kinds);
}

function headerMatch(roll: Die): object {
  const name = one(roll, HEADERS);
  const flags = {
    ...(roll(3) === 0 ? { invert_match: true } : {}),
    ...(roll(4) === 0 ? { treat_missing_header_as_empty: true } : {}),
  };
  const from = roll(12) - 5;
  const kinds: object[] = [
    { string_match: stringMatch(roll) },
    { string_match: stringMatch(roll) },
    { range_match: { start: from, end: from + 1 + roll(10) } },
    { present_match: roll(2) === 0 },
    {},
  ];
  return { name, ...one(roll, kinds), ...flags };
}

function match(roll: Die): object {
  const conditions: Record<string, unknown> = {};
  if (roll(2) === 0) conditions['headers'] = Array.from({ length: 1 + roll(2) }, () => headerMatch(roll));
  if (roll(5) === 0) {
    const wanted = one(roll, [{ present_match: true }, { present_match: false }, {}, { string_match: stringMatch(roll) }]);
    conditions['query_parameters'] = [{ name: one(roll, NAMES), ...wanted }];
  }
  if (roll(6) === 0) {
    conditions['cookies'] = [{ name: one(roll, NAMES), string_match: stringMatch(roll), ...(roll(3) === 0 ? { invert_match: true } : {}) }];
  }
  if (roll(12) === 0) conditions['grpc'] = {};
  if (roll(12) === 0) conditions['runtime_fraction'] = { default_value: { numerator: roll(2) * 100 } };
  if (roll(12) === 0) conditions['tls_context'] = { presented: roll(2) === 0 };
  return { ...pathMatch(roll), ...conditions };
}

/** A table whose every route answers with the names of its virtual host and of itself. */
export function randomTable(roll: Die, hosts: number, routes: number): object {
  const free = [...DOMAINS];
  const virtualHosts = Array.from({ length: hosts }, (_, h) => {
    const last = h === hosts - 1;
    const domains = last ? ['*'] : free.splice(roll(free.length), 1).concat(free.splice(roll(free.length), 1));
    return {
      name: `host-${h}`,
      domains,
      routes: Array.from({ length: routes }, (_, r) => ({
        name: `${h}/${r}`,
        match: match(roll),
        direct_response: { status: 200, body: { inline_string: `route ${h}/${r}` } },
      })),
    };
  });
  return {
    name: 'table',
    virtual_hosts: virtualHosts,
    ...(roll(2) === 0 ? { ignore_port_in_host_matching: true } : {}),
    ...(roll(2) === 0 ? { ignore_path_parameters_in_path_matching: true } : {}),
  };
}

/** The whole head, with CRLFs. */
export function randomRequest(roll: Die): string {
  const query =
    roll(2) === 0 ? '' : `?${one(roll, NAMES)}=${one(roll, ['a', 'b', '', '10', 'ab'])}${roll(3) === 0 ? `&${one(roll, NAMES)}` : ''}`;
  const lines = [`${one(roll, ['GET', 'GET', 'PUT'])} ${path(roll)}${query} HTTP/1.1`, `host: ${one(roll, AUTHORITIES)}`];
  for (const name of ['x-one', 'x-two']) {
    for (let i = roll(3); i > 0; i--) lines.push(`${name}: ${one(roll, WORDS)}`);
  }
  if (roll(3) === 0) lines.push(`cookie: ${one(roll, NAMES)}=${one(roll, WORDS)}; ${one(roll, NAMES)}="${one(roll, ['a', 'ab', 'b'])}"`);
  if (roll(8) === 0) lines.push(`content-type: application/grpc${one(roll, ['', '+proto', '-web'])}`);
  if (lines[0]?.startsWith('PUT') === true) lines.push('content-length: 0');
  return `${lines.join('\r\n')}\r\n\r\n`;
}
