import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { Authority, type IssuedCertificate } from '../../../test/support/pki.ts';
import { create, fromBinary, type Init, toBinary } from '../../api/index.ts';
import { FakeClock } from '../../base/clock.ts';
import { systemDelays } from '../../base/delays.ts';
import { Loggers } from '../../base/log.ts';
import { MergedStats } from '../../telemetry/merged-stats.ts';
import { createWorkerStats } from '../../telemetry/worker-stats.ts';
import { type DiscoveryWatcher, RESOURCE_TYPES } from '../contracts.ts';
import { DynamicFields, type DynamicFieldsMode } from '../dynamic-fields.ts';
import type { SecretDelivery, SecretDemand } from './contracts.ts';
import { SecretHub } from './secret-hub.ts';

const ca = new Authority('root');
const one = ca.issue({ cn: 'one' });
const two = ca.issue({ cn: 'two' });

const SECRET = RESOURCE_TYPES.secret;
const SDS_CONFIG = 'envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig';

const inline = (value: string) => ({ specifier: { case: 'inlineString' as const, value } });
const file = (value: string) => ({ specifier: { case: 'filename' as const, value } });

function certificate(pair: IssuedCertificate): Init<typeof SECRET> {
  return { type: { case: 'tlsCertificate', value: { certificateChain: inline(pair.certificate), privateKey: inline(pair.key) } } };
}

function discovered(name: string, sdsConfig: Init<'envoy.config.core.v3.ConfigSource'>): SecretDemand {
  return { key: `sds ${name}`, kind: 'discovered', name, bytes: toBinary(create(SDS_CONFIG, { name, sdsConfig })) };
}

const GRPC = { configSourceSpecifier: { case: 'apiConfigSource' as const, value: { apiType: 2 } } } as const;

function scene(t: Test, mode: DynamicFieldsMode = 'warn') {
  const unknown = { count: 0 };
  const stats = new MergedStats();
  const own = createWorkerStats();
  stats.attach(own);
  const watched: { name: string; watcher: DiscoveryWatcher; initialFetchMs: number | undefined }[] = [];
  const closed: string[] = [];
  const clock = new FakeClock();
  const hub = new SecretHub({
    clock,
    delays: systemDelays,
    log: new Loggers('off').get('secret'),
    stats: own,
    environment: {},
    fields: new DynamicFields(mode, new Loggers('off').get('config'), () => unknown.count++),
    discover: () => ({
      watch: (_, name, watcher, options) => {
        watched.push({ name, watcher, initialFetchMs: options?.initialFetchMs });
        return { close: () => closed.push(name) };
      },
    }),
  });
  const alive = setInterval(() => {}, 60_000);
  t.teardown(() => {
    hub.close();
    clearInterval(alive);
  });
  const worker = () => {
    const got: SecretDelivery[] = [];
    let wake = (): void => {};
    const subscriber = hub.subscriber((delivery) => {
      got.push(delivery);
      wake();
    });
    const next = async (): Promise<SecretDelivery> => {
      while (got.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return got.shift() as SecretDelivery;
    };
    return { ...subscriber, got, next };
  };
  const resource = (name: string, init: Init<typeof SECRET>, version: string) => ({
    type: SECRET,
    name,
    version,
    bytes: toBinary(create(SECRET, { name, ...init })),
  });
  return { hub, unknown, worker, watched, closed, clock, resource, value: (name: string) => stats.value(name) };
}

/** PEM of what was delivered. */
function chainOf({ bytes }: SecretDelivery): string {
  const { type } = fromBinary(SECRET, bytes ?? new Uint8Array());
  const source = type.case === 'tlsCertificate' ? type.value.certificateChain?.specifier : undefined;
  return source?.case === 'inlineBytes' ? Buffer.from(source.value).toString() : '';
}

t.test('all workers that demand a secret share one watch and get the same', async (t) => {
  const { worker, watched, closed, resource } = scene(t);
  const [a, b] = [worker(), worker()];
  const demand = discovered('cert', GRPC);
  a.demand(demand);
  b.demand(demand);
  t.match(watched, [{ name: 'cert', initialFetchMs: 15_000 }]);
  t.same(watched[0]?.watcher.onResource(resource('cert', certificate(one), '1')), []);
  t.equal(chainOf(await a.next()), one.certificate);
  t.equal(chainOf(await b.next()), one.certificate);
  const late = worker();
  late.demand(demand);
  t.equal(chainOf(await late.next()), one.certificate, 'who comes later gets what is there');
  a.release(demand.key);
  b.close();
  t.same(closed, []);
  late.close();
  t.same(closed, ['cert'], 'with the last one the watch ends');
});

t.test('a secret that is no good is refused, and what was there stays', (t) => {
  const { hub, worker, watched, resource, value, clock } = scene(t);
  const a = worker();
  a.demand(discovered('cert', GRPC));
  const { watcher } = watched[0] as (typeof watched)[0];
  t.match(hub.secrets(), [{ name: 'cert', state: 'warming', version: 'uninitialized' }]);
  watcher.onResource(resource('cert', certificate(one), '1'));
  clock.advance(1000);
  const found = watcher.onResource(resource('cert', certificate({ certificate: two.certificate, key: one.key }), '2'));
  t.match(found, [{ path: 'tls_certificate.private_key', message: 'the certificate belongs to another key' }]);
  watcher.onRejected('as the client of discovery says');
  t.match(hub.secrets(), [{ state: 'active', version: '1', origin: 'sds', lastUpdated: Date.UTC(2026, 0, 1) }]);
  t.equal(a.got.length, 1);
  watcher.onConnected(true);
  watcher.onFailure('gone');
  t.same(
    ['update_attempt', 'update_success', 'update_rejected', 'update_failure', 'control_plane.connected_state'].map((name) =>
      value(`sds.cert.${name}`),
    ),
    [4, 1, 1, 1, 1],
  );
  t.end();
});

t.test('unknown fields are counted once, refused, or let through, as the flags say', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hub-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'sds.yaml');
  const inline = { certificate_chain: { inline_string: one.certificate }, private_key: { inline_string: one.key }, tomorrow: 1 };
  writeFileSync(path, JSON.stringify({ resources: [{ '@type': `type.googleapis.com/${SECRET}`, name: 'file', tls_certificate: inline }] }));
  // Field 1,000 of the secret itself.
  const strange = Buffer.concat([toBinary(create(SECRET, { name: 'wire', ...certificate(one) })), Buffer.from([0xc0, 0x3e, 1])]);
  const counts: Readonly<Record<DynamicFieldsMode, number>> = { warn: 2, reject: 0, ignore: 0 };
  for (const mode of ['warn', 'reject', 'ignore'] as const) {
    const { worker, watched, unknown, value } = scene(t, mode);
    const a = worker();
    a.demand(discovered('file', { configSourceSpecifier: { case: 'pathConfigSource', value: { path } } }));
    a.demand(discovered('wire', GRPC));
    const { watcher } = watched[0] as (typeof watched)[0];
    const answer = () => watcher.onResource({ type: SECRET, name: 'wire', version: '1', bytes: strange });
    const found = [...answer(), ...answer()];
    const refused = mode === 'reject';
    t.equal(unknown.count, counts[mode], mode);
    t.equal(found.length, refused ? 2 : 0, mode);
    t.equal(value('sds.file.update_rejected'), refused ? 1 : 0, mode);
    t.equal(value('sds.file.update_success'), refused ? 0 : 1, mode);
  }
  t.end();
});

t.test('nobody waits for a server that does not answer, and a withdrawn secret is gone until it comes back', async (t) => {
  const { worker, watched, resource, value } = scene(t);
  const a = worker();
  a.demand(discovered('cert', GRPC));
  const { watcher } = watched[0] as (typeof watched)[0];
  watcher.onTimeout();
  t.equal((await a.next()).bytes, null);
  t.equal(value('sds.cert.init_fetch_timeout'), 1);
  watcher.onResource(resource('cert', certificate(one), '1'));
  t.equal(chainOf(await a.next()), one.certificate);
  watcher.onTimeout();
  t.equal(a.got.length, 0, 'a timeout after an answer is none');
  watcher.onRemoved();
  t.equal((await a.next()).bytes, null);
  watcher.onResource(resource('cert', certificate(one), '1'));
  t.equal(chainOf(await a.next()), one.certificate);
});

t.test('files of a delivered secret are watched; half of a change is tried again and counted when it stays', async (t) => {
  const { worker, watched, resource, value } = scene(t);
  const folder = mkdtempSync(join(tmpdir(), 'hub-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const [chain, key] = [join(folder, 'c'), join(folder, 'k')];
  writeFileSync(chain, one.certificate);
  writeFileSync(key, one.key);
  const a = worker();
  a.demand(discovered('cert', GRPC));
  const { watcher } = watched[0] as (typeof watched)[0];
  const init = { type: { case: 'tlsCertificate' as const, value: { certificateChain: file(chain), privateKey: file(key) } } };
  t.same(watcher.onResource(resource('cert', init, '1')), []);
  t.equal(chainOf(await a.next()), one.certificate);
  writeFileSync(chain, two.certificate);
  while (value('sds.cert.key_rotation_failed') !== 1) await new Promise(setImmediate);
  t.equal(a.got.length, 0);
  writeFileSync(key, two.key);
  t.equal(chainOf(await a.next()), two.certificate);
});

t.test('a file of discovery wants exactly the secret that was asked for', (t) => {
  const { worker, value } = scene(t);
  const folder = mkdtempSync(join(tmpdir(), 'hub-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const typed = (name: string) => ({
    '@type': `type.googleapis.com/${SECRET}`,
    name,
    tls_certificate: { certificate_chain: { inline_string: one.certificate }, private_key: { inline_string: one.key } },
  });
  const cases: readonly (readonly [document: object | string, rejected: number, failed?: number])[] = [
    [{ resources: [typed('cert')], version_info: '7' }, 0],
    [{ resources: [typed('other')] }, 1],
    [{ resources: [typed('cert'), typed('other')] }, 1],
    [{ resources: [] }, 1],
    ['resources: [', 0, 1],
    [{ resources: [{ '@type': 'type.googleapis.com/google.protobuf.StringValue', value: 'x' }] }, 1],
  ];
  cases.forEach(([document, rejected, failed = 0], i) => {
    const path = join(folder, `${i}.yaml`);
    writeFileSync(path, typeof document === 'string' ? document : JSON.stringify(document));
    const a = worker();
    const name = 'cert';
    const demand = discovered(name, { configSourceSpecifier: { case: 'pathConfigSource', value: { path } } });
    a.demand({ ...demand, key: `${i}` });
    t.same(
      [value('sds.cert.update_rejected'), value('sds.cert.update_failure'), value('sds.cert.update_attempt')],
      [rejected, failed, 1],
      path,
    );
    t.equal(a.got[0]?.bytes === null, rejected + failed === 1, 'nobody waits for what is refused');
    a.close();
  });
  t.end();
});
