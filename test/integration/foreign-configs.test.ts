/**
 * Files that others wrote for Envoy: each loads, or is refused by name and place. `ENVOY_CONFIGS=folder` takes those of a folder (those of
 * the Envoy project, say); without it there are small ones of our own with what such files have in common.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { check } from '../../src/cli/check.ts';
import { parseFlags } from '../../src/cli/flags.ts';
import { installed } from '../../src/installed.ts';
import { folderWith } from '../support/command.ts';

t.setTimeout(120_000);

/** What a refusal may be: of something known, of something of an older API, or because a file of the example is not on this machine. */
const BY_NAME = new Set(['unsupported', 'unknown_type', 'unknown_field', 'bad_enum', 'io']);

async function outcome(file: string): Promise<readonly string[]> {
  const parsed = parseFlags(['validate', file]);
  if ('errors' in parsed) throw new Error(parsed.errors.join());
  const { problems } = await check(
    parsed.flags,
    { installed, workerEntry: new URL('../../src/worker.ts', import.meta.url), environment: {} },
    file,
  );
  return problems.map(({ code, path, message, hint, position }) => {
    const place = position === undefined ? 'nowhere' : `${position.line}:${position.column}`;
    return `${place} ${code} ${path}: ${message}${hint === undefined ? '' : `; ${hint}`}`;
  });
}

const HCM = 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
const address = (port: number, host = '0.0.0.0'): string => `{ socket_address: { address: ${host}, port_value: ${port} } }`;
const manager = (more: string, filters = '', top = ''): string => `static_resources:
  listeners:
  - address: ${address(10000)}
    ${top}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": ${HCM}
          codec_type: AUTO
          stat_prefix: ingress_http
          ${more}
          http_filters:
          ${filters}
          - name: envoy.filters.http.router
            typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
`;
const routes = 'route_config: { virtual_hosts: [{ name: a, domains: ["*"], routes: [{ match: { prefix: / }, route: { cluster: a } }] }] }';
const cluster = (more = 'type: strict_dns'): string => `  clusters:
    name: a
    connect_timeout: { seconds: '5' }
    ${more}
    load_assignment: { cluster_name: a, endpoints: { lb_endpoints: { endpoint: { address: ${address(80, 'localhost')} } } } }
`;
const filter = (name: string, type: string): string => `- { name: ${name}, typed_config: { "@type": type.googleapis.com/${type} } }`;

/** Name → file, and what is said of it; nothing: it loads. */
const OWN: Readonly<Record<string, readonly [text: string, ...refusals: readonly RegExp[]]>> = {
  'one element for lists, enums in small letters': [manager(routes) + cluster()],
  'a fault that is off': [
    manager(
      routes,
      '- name: fault\n            typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault, abort: { http_status: 503, percentage: { numerator: 0 } } }',
    ) + cluster(),
  ],
  'CONNECT that ends here': [
    manager(
      'route_config: { virtual_hosts: [{ name: a, domains: ["*"], routes: [{ match: { connect_matcher: {} }, route: { cluster: a, upgrade_configs: [{ upgrade_type: CONNECT, connect_config: {} }] } }] }] }\n          upgrade_configs: [{ upgrade_type: CONNECT }]',
    ) + cluster('type: LOGICAL_DNS'),
  ],
  'filters of later': [
    manager(routes, filter('lua', 'envoy.extensions.filters.http.lua.v3.Lua')) + cluster(),
    /^14:26 unknown_type .*http_filters\[0\]\.typed_config: .*lua\.v3\.Lua/,
  ],
  'HTTP/3': [
    manager(routes.replace('route_config', 'http3_protocol_options: {}\n          route_config')) + cluster(),
    /unsupported .*http3_protocol_options/,
  ],
  'active health checks': [
    manager(routes) +
      cluster(
        'type: STRICT_DNS\n    health_checks: { timeout: 1s, interval: 5s, unhealthy_threshold: 1, healthy_threshold: 1, http_health_check: { path: / } }',
      ),
    /unsupported static_resources\.clusters\[0\]\.health_checks/,
  ],
  'discovery by files': [
    'node: { id: a, cluster: b }\ndynamic_resources: { cds_config: { path: /c.yaml }, lds_config: { path: /l.yaml } }\n',
    /^2:1 unsupported dynamic_resources: .*; put listeners and clusters under static_resources/,
  ],
  'types of v2': [
    manager(routes).replace(HCM, 'type.googleapis.com/envoy.config.filter.network.http_connection_manager.v2.HttpConnectionManager') +
      cluster(),
    /unknown_type .*\(v2\); did you mean "envoy\.extensions\.filters\.network\.http_connection_manager\.v3\.HttpConnectionManager"/,
  ],
  'untyped configuration of v1 and v2': [
    `static_resources: { listeners: [{ address: ${address(1)}, filter_chains: [{ filters: [{ name: envoy.http_connection_manager, config: {} }] }] }] }`,
    /unknown_field .*filters\[0\]\.config: .*in v3, write typed_config/,
  ],
};

t.test('small files of our own', async (t) => {
  const names = Object.keys(OWN);
  const folder = folderWith(t, Object.fromEntries(names.map((name, i) => [`${i}.yaml`, OWN[name]?.[0] ?? ''])));
  for (const [i, name] of names.entries()) {
    const [, ...refusals] = OWN[name] ?? [''];
    const found = await outcome(join(folder, `${i}.yaml`));
    t.equal(found.length, refusals.length, `${name}: ${found.join('\n') || 'loads'}`);
    for (const refusal of refusals) t.match(found.join('\n'), refusal, name);
  }
});

const { ENVOY_CONFIGS: given = '' } = process.env;
t.test('every file of a folder', { skip: given === '' && 'ENVOY_CONFIGS names a folder' }, async (t) => {
  const files = readdirSync(given, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(?:ya?ml|json)$/.test(file));
  for (const file of files.sort()) {
    const path = join(given, file);
    const found = await outcome(path);
    t.comment(`${file}: ${found.length === 0 ? 'loads' : `refused\n  ${found.join('\n  ')}`}`);
    const strange = found.filter((line) => line.startsWith('nowhere') || !BY_NAME.has(line.split(' ')[1] ?? ''));
    t.strictSame(strange, [], file);
  }
});
