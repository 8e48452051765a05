/** The same files for `--mode validate` of a real Envoy and for the reader of files: what one takes, the other takes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import t from 'tap';
import { loadBootstrap } from '../../src/config/load.ts';
import { envoyMissing } from '../support/child-proxy.ts';
import { folderWith } from '../support/command.ts';

// Many processes, one after the other; a machine that is busy with other tests takes its time.
t.setTimeout(120_000);

const HCM = 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';

const cluster = (fields: string): string =>
  `static_resources:\n  clusters:\n    - name: app\n      type: STATIC\n      ${fields.replaceAll('\n', '\n      ')}\n`;
const port = (value: string): string => `admin: { address: { socket_address: { address: 127.0.0.1, port_value: ${value} } } }\n`;
const node = (id: string): string => `node: { id: ${id}, cluster: c }\n`;
const listener = (fields: string): string =>
  `static_resources: { listeners: [{ name: in, address: { socket_address: { address: 127.0.0.1, port_value: 0 } }, ${fields} }] }\n`;
const manager = (fields: string): string =>
  listener(
    `filter_chains: [{ filters: [{ name: http, typed_config: { "@type": ${HCM}, stat_prefix: a, http_filters: [{ name: r, typed_config: ` +
      `{ "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router } }], ${fields} } }] }]`,
  );
const host = (fields: string): string => manager(`route_config: { name: a, virtual_hosts: [{ name: a, domains: ["*"], ${fields} }] }`);
const route = (fields: string): string => host(`routes: [{ match: { prefix: / }, direct_response: { status: 200 }, ${fields} }]`);

const TAKEN: Readonly<Record<string, string>> = {
  'a byte order mark': `\ufeff${node('a')}`,
  'document marks': `---\n${node('a')}...\n`,
  'an empty mapping': '{}\n',
  'null parts': 'static_resources: ~\nnode: null\n',
  '!ignore': '!ignore parts: [&id x]\nnode: { id: *id, cluster: c }\n',
  'yes for a bool': cluster('respect_dns_ttl: yes'),
  'OFF for a bool': cluster('respect_dns_ttl: OFF'),
  'a quoted bool': cluster('respect_dns_ttl: "True"'),
  'a quoted yes for a bool': cluster('respect_dns_ttl: "yes"'),
  'a float for a text': node('1.10'),
  'a number beyond 64 bits for a text': node('99999999999999999999'),
  'a date for a text': node('2026-01-01'),
  'an octal number': port('01751'),
  'a hexadecimal number': port('0x10'),
  'a quoted number': port('"8080"'),
  'a whole float': port('1e3'),
  'an enum in small letters': cluster('lb_policy: round_robin'),
  'an enum by number': cluster('lb_policy: "0"'),
  'a duration field by field': cluster('connect_timeout: { seconds: 1, nanos: 5 }'),
  'a wrapper field by field': cluster('per_connection_buffer_limit_bytes: { value: 5 }'),
  'names in camelCase': 'staticResources: { clusters: [{ name: a, connectTimeout: 1s }] }\n',
  'one element for a list':
    'static_resources: { clusters: { name: a, connect_timeout: 1s } }\nnode: { id: a, cluster: b, client_features: x }\n',
  'a key appended without its value checked': route('response_headers_to_add: [{ header: { key: x, value: "" } }]'),
};

const REFUSED: Readonly<Record<string, string>> = {
  nothing: '',
  tabs: 'node:\n\tid: a\n',
  'a bool for a text': node('no'),
  'a number for a text': node('12'),
  'an octal number for a text': node('017'),
  'a quoted on for a bool': cluster('respect_dns_ttl: "on"'),
  'a number for a bool': cluster('respect_dns_ttl: 1'),
  'an octal number that is too large': port('0777777'),
  'a fraction for a number': port('0.5'),
  'a number with spaces': port('" 0 "'),
  'a duration without its unit': cluster('connect_timeout: 5'),
  'a duration in capitals': cluster('connect_timeout: 5S'),
  'an enum with other signs': cluster('lb_policy: Round-Robin'),
  'an enum value that is none': cluster('lb_policy: 77'),
  'an unknown field': 'foo: bar\n',
  'a list for a mapping': 'static_resources: []\n',
  'a text for a list of messages': 'static_resources: { clusters: a }\n',
  'an empty element': 'static_resources: { clusters: [~] }\n',
  'duration.gt': cluster('connect_timeout: 0s'),
  'duration.required': cluster('dns_failure_refresh_rate: { max_interval: 1s }'),
  'string.min_len': 'static_resources: { clusters: [{ type: STATIC }] }\n',
  'uint32.lte': port('65536'),
  'a needed oneof': 'admin: { address: {} }\n',
  'a needed oneof, deep inside': host('routes: [{ match: {}, direct_response: { status: 200 } }]'),
  'a needed message, deep inside': host('routes: [{ match: { safe_regex: { google_re2: {} } }, direct_response: { status: 200 } }]'),
  'repeated.min_items': manager('route_config: { virtual_hosts: [{ name: a, domains: [] }] }'),
  'repeated.items': host('request_headers_to_remove: [""]'),
  'repeated.unique': 'stats_config: { histogram_bucket_settings: [{ match: { prefix: a }, buckets: [1, 1] }] }\n',
  'map.keys': cluster('metadata: { filter_metadata: { "": {} } }'),
  'enum.not_in': cluster(
    'health_checks: [{ timeout: 1s, interval: 1s, unhealthy_threshold: 1, healthy_threshold: 1, http_health_check: { path: /, method: CONNECT } }]',
  ),
  'a header name with a line end': route('request_headers_to_remove: ["a\\nb"]'),
  'a header value with a line end': route('response_headers_to_add: [{ header: { key: a, value: "b\\nc" } }]'),
  'string.pattern': host('routes: [{ match: { path_separated_prefix: "/a?b" }, direct_response: { status: 200 } }]'),
  'string.in': manager('scheme_header_transformation: { scheme_to_overwrite: ftp }'),
  'both members of a oneof': manager('route_config: {}, rds: { config_source: { ads: {} }, route_config_name: a }'),
};

/** Stricter here, and why it must stay so. */
const DIFFERENT: Readonly<Record<string, string>> = {
  'a key twice: Envoy takes the last one': 'node: { id: a, cluster: b, id: c }\n',
  'two documents: Envoy reads the first': `${node('a')}---\nadmin: {}\n`,
};

/** Whether a real Envoy takes it. */
async function envoyTakes(file: string): Promise<boolean> {
  const child = spawn('envoy', ['--mode', 'validate', '-c', file, '-l', 'off'], { stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  return code === 0;
}

const takes = (text: string): boolean => !('problems' in loadBootstrap([{ file: 'x.yaml', text }]));

t.test('the reader of files takes and refuses what it should', async (t) => {
  for (const [name, text] of Object.entries(TAKEN)) t.equal(takes(text), true, name);
  for (const [name, text] of Object.entries({ ...REFUSED, ...DIFFERENT })) t.equal(takes(text), false, name);
});

t.test('a real Envoy says the same', { skip: envoyMissing() ?? false }, async (t) => {
  const texts = Object.values({ ...TAKEN, ...REFUSED, ...DIFFERENT });
  const folder = folderWith(t, Object.fromEntries(texts.map((text, i) => [`${i}.yaml`, text])));
  const answers = new Map<string, boolean>();
  const queue = [...texts.entries()];
  const work = async (): Promise<void> => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop())
      answers.set(next[1], await envoyTakes(join(folder, `${next[0]}.yaml`)));
  };
  await Promise.all([work(), work()]);
  for (const [name, text] of Object.entries({ ...TAKEN, ...DIFFERENT })) t.equal(answers.get(text), true, name);
  for (const [name, text] of Object.entries(REFUSED)) t.equal(answers.get(text), false, name);
});
