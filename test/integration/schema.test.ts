/** `outrigger schema` and the proxy agree about files. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { fromToBootstrap } from '../../src/cli/from-to-template.ts';
import { bootstrapSchema } from '../../src/cli/schema.ts';
import { loadBootstrap } from '../../src/config/load.ts';
import { installed } from '../../src/installed.ts';
import { httpListener, staticCluster } from '../support/bootstrap.ts';
import { runToEnd } from '../support/command.ts';
import { misfits } from '../support/json-schema.ts';

t.setTimeout(120_000);

const EXAMPLES = join(import.meta.dirname, '../../examples');
const schema = await bootstrapSchema({ installed, workerEntry: new URL('../../src/worker.ts', import.meta.url) });

t.test('it is printed as JSON', async (t) => {
  const { code, stdout, stderr } = await runToEnd('schema');
  t.equal(code, 0);
  t.equal(stderr, '');
  t.same(JSON.parse(stdout), JSON.parse(JSON.stringify(schema)));
});

t.test('every example fits', (t) => {
  const files = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' }).filter((file) => /(?:envoy|sidecar)\.yaml$/.test(file));
  t.ok(files.length > 1);
  for (const file of files) t.same(misfits(parse(readFileSync(join(EXAMPLES, file), 'utf8')), schema), [], file);
  t.same(misfits(fromToBootstrap([{ from: { address: '127.0.0.1', port: 0 }, to: { addresses: ['::1'], port: 1 } }]), schema), []);
  t.end();
});

const cluster = (fields: object): object => ({ static_resources: { clusters: [{ ...staticCluster('app', 9), ...fields }] } });
const listener = (manager: object): object => ({ static_resources: { listeners: [httpListener('in', 'app', { manager })] } });

t.test('what the checks of a file take and refuse, the schema takes and refuses', (t) => {
  const taken: readonly (readonly [string, object])[] = [
    ['nothing', {}],
    ['both spellings', { staticResources: { clusters: [{ name: 'a', connectTimeout: '0.25s', lb_policy: 'RANDOM' }] } }],
    ['an enum as number', cluster({ lb_policy: 3 })],
    ['an integer as text', cluster({ per_connection_buffer_limit_bytes: '1024' })],
    ['metadata of any shape', { node: { metadata: { a: [1, null, { b: 'c' }] } } }],
    ['a listener', listener({ stream_idle_timeout: '0s', access_log: [] })],
    ['a static layer of runtime', { layered_runtime: { layers: [{ name: 'a', static_layer: { b: 1 } }] } }],
  ];
  const refused: readonly (readonly [string, object, RegExp])[] = [
    ['an unknown field', { admin: { adress: {} } }, /^admin\.adress: unknown/],
    ['an unknown enum value', cluster({ lb_policy: 'ROUNDROBIN' }), /lb_policy: enum/],
    ['a duration in milliseconds', cluster({ connect_timeout: '250ms' }), /connect_timeout: pattern/],
    ['a port that is none', { admin: { address: { socket_address: { address: '::1', port_value: 70_000 } } } }, /port_value: maximum/],
    ['a missing port', { admin: { address: { socket_address: { address: '::1' } } } }, /socket_address: oneOf/],
    ['two members of a oneof', cluster({ type: 'STATIC', cluster_type: { name: 'a' } }), /clusters\[0\]: oneOf/],
    ['an empty name', cluster({ name: '' }), /name: minLength/],
    ['a missing stat_prefix', listener({ stat_prefix: undefined }), /typed_config: anyOf/],
    ['a mapping for a list', { static_resources: { clusters: {} } }, /clusters: type array/],
  ];
  for (const [name, config] of taken) {
    const json = JSON.parse(JSON.stringify(config));
    t.same(misfits(json, schema), [], name);
    t.notOk('problems' in loadBootstrap([{ file: 'x', text: JSON.stringify(config) }]), `${name}: the checks`);
  }
  for (const [name, config, where] of refused) {
    const json = JSON.parse(JSON.stringify(config));
    t.match(misfits(json, schema).join('\n'), where, name);
    t.ok('problems' in loadBootstrap([{ file: 'x', text: JSON.stringify(config) }]), `${name}: the checks`);
  }
  t.end();
});

t.test('what is refused by name is not offered', (t) => {
  t.match(misfits({ stats_sinks: [{ name: 'x' }] }, schema), ['stats_sinks: unknown']);
  t.match(misfits({ layered_runtime: { layers: [{ name: 'a', disk_layer: {} }] } }, schema).join('\n'), /disk_layer: unknown/);
  const type = 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua';
  const filters = [{ name: 'lua', typed_config: { '@type': type } }];
  t.equal(misfits(listener({ http_filters: filters }), schema).length > 0, true);
  t.match(misfits(cluster({ track_cluster_stats: {} }), schema), [/track_cluster_stats: unknown/]);
  t.match(misfits(cluster({ type: 'EDS' }), schema), [/type: enum/]);
  t.strictSame(misfits(cluster({ type: 'STRICT_DNS', lb_policy: 'RANDOM' }), schema), []);
  t.equal(misfits(listener({ codec_type: 'HTTP3' }), schema).length > 0, true, 'a value of an enum, deep inside');
  t.equal(misfits(listener({ tracing: {} }), schema).length > 0, true);
  t.end();
});
