import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { Authority } from '../../test/support/pki.ts';
import { create, type Init, toBinary } from '../api/index.ts';
import { Problems } from '../base/errors.ts';
import { Loggers } from '../base/log.ts';
import { RESOURCE_TYPES, type Resource } from './contracts.ts';
import { InitGate } from './init-manager.ts';
import { SecretManager, type SecretManagerParts } from './secret-manager.ts';
import type { SecretDemand } from './secrets/contracts.ts';

const ca = new Authority('root');
const one = ca.issue({ cn: 'one' });
const two = ca.issue({ cn: 'two' });

type SecretInit = Init<typeof RESOURCE_TYPES.secret>;

const inline = (value: string) => ({ specifier: { case: 'inlineString' as const, value } });
const file = (value: string) => ({ specifier: { case: 'filename' as const, value } });

const certificate = (pair: { certificate: string; key: string }) => ({
  case: 'tlsCertificate' as const,
  value: { certificateChain: inline(pair.certificate), privateKey: inline(pair.key) },
});

function bytes(init: SecretInit): Uint8Array {
  return toBinary(create(RESOURCE_TYPES.secret, init));
}

function secret(name: string, init: SecretInit): Resource {
  return { type: RESOURCE_TYPES.secret, name, version: '', bytes: bytes({ name, ...init }) };
}

/** As the hub resolves it: every source is bytes. */
function delivered(pair: { certificate: string; key: string }): Uint8Array {
  const source = (text: string) => ({ specifier: { case: 'inlineBytes' as const, value: new Uint8Array(Buffer.from(text)) } });
  const value = { certificateChain: source(pair.certificate), privateKey: source(pair.key) };
  return bytes({ name: 'cert', type: { case: 'tlsCertificate', value } });
}

const SDS = {
  configSourceSpecifier: {
    case: 'apiConfigSource' as const,
    value: { apiType: 2, grpcServices: [{ targetSpecifier: { case: 'envoyGrpc' as const, value: { clusterName: 'sds' } } }] },
  },
} as const;

function sds(name: string, source: object = SDS) {
  return create('envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig', { name, sdsConfig: source });
}

function manager(parts: Partial<SecretManagerParts> = {}) {
  const demands: SecretDemand[] = [];
  const released: string[] = [];
  const made = new SecretManager({
    clusters: new Map([['sds', '']]),
    identified: true,
    environment: {},
    serve: true,
    log: new Loggers('off').get('secret'),
    demand: (demand) => demands.push(demand),
    release: (key) => released.push(key),
    ...parts,
  });
  return { manager: made, demands, released };
}

function complaints(run: (problems: Problems) => unknown): string[] {
  const problems = new Problems();
  run(problems);
  return problems.list.map(({ code, path }) => `${code} ${path}`);
}

t.test('a static secret is found by name and tells its watchers of a new one', (t) => {
  const { manager: m } = manager();
  t.same(m.set(secret('cert', { type: certificate(one) })), []);
  const handle = m.discovered(
    create('envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig', { name: 'cert' }),
    new InitGate('x'),
    new Problems(),
  );
  t.match(handle?.current, { kind: 'tls_certificate', certificateChain: one.certificate, path: '<inline>' });
  let calls = 0;
  const watcher = { onSecret: () => calls++ };
  handle?.watch(watcher);
  m.set(secret('cert', { type: certificate(two) }));
  t.match(handle?.current, { certificateChain: two.certificate });
  t.equal(handle?.version, 2);
  t.match(m.set(secret('cert', { type: certificate({ ...one, key: two.key }) })), [{ path: 'tls_certificate.private_key' }]);
  t.match(handle?.current, { certificateChain: two.certificate }, 'a bad one changes nothing');
  m.remove('cert');
  t.equal(handle?.current, null);
  t.equal(calls, 2);
  t.end();
});

t.test('a name that no static secret has is refused', (t) => {
  const { manager: m } = manager();
  t.same(m.set(secret('generic', { type: { case: 'genericSecret', value: { secret: inline('x') } } })), [], 'of no use here, and fine');
  for (const name of ['generic', 'absent']) {
    const config = create('envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig', { name });
    t.same(
      complaints((problems) => m.discovered(config, new InitGate('x'), problems)),
      ['unresolved name'],
    );
  }
  t.end();
});

t.test('a discovered secret is demanded once, keeps who needs it waiting, and is released with the last one', (t) => {
  const { manager: m, demands, released } = manager();
  const [first, second] = [new InitGate('first'), new InitGate('second')];
  const handle = m.discovered(sds('cert'), first, new Problems());
  t.equal(m.discovered(sds('cert'), second, new Problems()), handle);
  t.match(demands, [{ kind: 'discovered', name: 'cert' }]);
  t.same([first.pending, second.pending], [['secret cert'], ['secret cert']]);
  m.deliver({ key: demands[0]?.key ?? '', bytes: delivered(one) });
  t.match(handle?.current, { certificateChain: one.certificate });
  t.same([first.pending, second.pending], [[], []]);
  m.deliver({ key: demands[0]?.key ?? '', bytes: delivered(one) });
  t.equal(handle?.version, 1, 'the same again is no news');
  const third = new InitGate('third');
  m.discovered(sds('cert'), third, new Problems());
  t.same(third.pending, [], 'what is there is not waited for');
  first.discard();
  second.discard();
  t.same(released, []);
  third.discard();
  t.same(released, [demands[0]?.key]);
  t.not(m.discovered(sds('cert'), new InitGate('x'), new Problems()), handle);
  t.equal(demands.length, 2);
  t.end();
});

t.test('one that does not come in time leaves the handle empty and lets everybody go on', (t) => {
  const { manager: m, demands } = manager();
  const gate = new InitGate('x');
  const handle = m.discovered(sds('cert'), gate, new Problems());
  m.deliver({ key: demands[0]?.key ?? '', bytes: null });
  t.same([gate.pending, handle?.current, handle?.version], [[], null, 0]);
  m.deliver({ key: demands[0]?.key ?? '', bytes: delivered(one) });
  m.deliver({ key: demands[0]?.key ?? '', bytes: null });
  t.same([handle?.current, handle?.version], [null, 2], 'a withdrawal is told');
  t.end();
});

t.test('files in place are read at once and watched by the main thread', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'secret-'));
  const [chain, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  writeFileSync(chain, one.certificate);
  writeFileSync(key, one.key);
  const { manager: m, demands, released } = manager();
  const message = create(RESOURCE_TYPES.secret, {
    type: { case: 'tlsCertificate', value: { certificateChain: file(chain), privateKey: file(key) } },
  });
  const gate = new InitGate('x');
  const handle = m.inline(message, new Problems(), gate);
  t.match(handle?.current, { certificateChain: one.certificate, path: chain });
  t.same(gate.pending, []);
  t.match(demands, [{ kind: 'files' }]);
  m.deliver({ key: demands[0]?.key ?? '', bytes: delivered(two) });
  t.match(handle?.current, { certificateChain: two.certificate, path: chain });
  gate.discard();
  t.equal(released.length, 1);
  writeFileSync(key, two.key);
  t.same(
    complaints((problems) => m.inline(message, problems)),
    ['bad_value private_key'],
  );
  t.end();
});

t.test('what is written in place for good is not demanded', (t) => {
  const { manager: m, demands } = manager();
  const handle = m.inline(create(RESOURCE_TYPES.secret, { type: certificate(one) }), new Problems());
  t.match(handle?.current, { certificateChain: one.certificate });
  t.same(demands, []);
  t.end();
});

t.test('sources that cannot be asked are refused by name and path', (t) => {
  const { manager: m } = manager({
    clusters: new Map([
      ['sds', ''],
      ['tls', 'its transport socket is no plain text'],
    ]),
  });
  const grpc = (clusterName: string) => ({
    configSourceSpecifier: {
      case: 'apiConfigSource' as const,
      value: { apiType: 2, grpcServices: [{ targetSpecifier: { case: 'envoyGrpc' as const, value: { clusterName } } }] },
    },
  });
  const of = (source: object, made = m) => complaints((problems) => made.discovered(sds('x', source), new InitGate('x'), problems));
  const at = 'sds_config.api_config_source.grpc_services[0].envoy_grpc.cluster_name';
  t.same(of(grpc('absent')), [`unresolved ${at}`]);
  t.same(of(grpc('tls')), [`unsupported ${at}`]);
  t.same(of({ configSourceSpecifier: { case: 'ads', value: {} } }), ['unsupported sds_config.ads']);
  t.same(of({ configSourceSpecifier: { case: 'apiConfigSource', value: { apiType: 1 } } }), [
    'unsupported sds_config.api_config_source.api_type',
  ]);
  t.same(of({ configSourceSpecifier: { case: 'pathConfigSource', value: { path: '/no/such' } } }), [
    'io sds_config.path_config_source.path',
  ]);
  t.same(of({}), ['missing sds_config']);
  t.same(of(SDS, manager({ identified: false }).manager), ['missing sds_config.api_config_source'], 'the node is not named');
  t.end();
});

t.test('file-root:system is the roots of the runtime, whoever is said to have them', (t) => {
  const { manager: m, demands } = manager();
  const gate = new InitGate('x');
  t.match(m.discovered(sds('file-root:system'), gate, new Problems())?.current, { systemRoots: true, trustedCa: '' });
  t.same([demands, gate.pending], [[], []]);
  t.end();
});

t.test('a configuration that is only checked asks for nothing', (t) => {
  const { manager: m, demands } = manager({ serve: false });
  const gate = new InitGate('x');
  t.equal(m.discovered(sds('cert'), gate, new Problems())?.current, null);
  t.same([demands, gate.pending], [[], []]);
  t.end();
});
