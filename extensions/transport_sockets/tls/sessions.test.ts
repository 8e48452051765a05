import t from 'tap';
import { newAuthority } from '../../../test/support/certificates.ts';
import { certificateSecret, rootsSecret } from '../../../test/support/secrets.ts';
import { until } from '../../../test/support/sockets.ts';
import { type Client, TlsBench } from '../../../test/support/tls.ts';
import { contextJson, discoveredJson } from '../../../test/support/tls-json.ts';
import * as definitions from './index.ts';

const root = newAuthority('root');
const server = root.workload('spiffe://td/server');
const client = root.workload('spiffe://td/client');
const MTLS = { require_client_certificate: true };
const VERSIONS = ['TLSv1_2', 'TLSv1_3'];

/** One connection, used and closed, so that tickets have arrived. */
async function visit(bench: TlsBench, connect: () => Promise<Client>): Promise<string> {
  const before = bench.served.length;
  const { callbacks, connection } = await connect();
  const served = bench.served[before];
  if (callbacks.events[0] !== 'connected') return 'refused';
  await until(() => served?.connection !== null || served?.failure !== null, 'the server');
  served?.connection?.writeLatin1('x');
  await until(() => callbacks.events.length > 1, 'an answer or the end');
  const taken = callbacks.events[1] === 'data:x';
  connection.close(1);
  await until(() => callbacks.events.at(-1)?.startsWith('close') === true, 'the close');
  return taken ? 'served' : 'refused';
}

const resumed = (bench: TlsBench): number[] => [
  bench.counted('listener.l.')['ssl.session_reused'] ?? 0,
  bench.counted('cluster.c.')['ssl.session_reused'] ?? 0,
];

for (const version of VERSIONS) {
  const params = { tls_params: { tls_maximum_protocol_version: version } };

  t.test(`${version}: a client comes back with its session, and the server still knows it`, async (t) => {
    const bench = new TlsBench(definitions);
    t.teardown(() => bench.close());
    const address = await bench.serve(bench.downstream(contextJson({ certificate: server, trusts: root.pem, own: MTLS })));
    // A ticket of TLS 1.3 is used once, and OpenSSL gives two with each full handshake.
    const up = bench.upstream(contextJson({ certificate: client, trusts: root.pem, common: params, own: { max_session_keys: 2 } }));
    for (let i = 0; i < 3; i++) t.equal(await visit(bench, () => bench.shake(up, address)), 'served');
    t.same(resumed(bench), [2, 2]);
    t.same(bench.served[2]?.connection?.tls?.peer?.uriSans, ['spiffe://td/client']);
    t.equal(bench.served[2]?.connection?.tls?.peerValidated, true);
  });

  t.test(`${version}: no session outlives a change of roots, certificate or matchers`, async (t) => {
    const bench = new TlsBench(definitions);
    t.teardown(() => bench.close());
    const old = newAuthority('old');
    const both = rootsSecret(root.pem + old.pem);
    const mine = bench.secrets.of('mine');
    const ca = bench.secrets.of('ca');
    mine.set(certificateSecret(server.chain, server.keyPem));
    ca.set(both);
    // Ticket keys that stay: only the session context tells an old ticket from a new one.
    const keys = { session_ticket_keys: { keys: [{ inline_bytes: Buffer.alloc(80, 7).toString('base64') }] } };
    const down = bench.downstream(discoveredJson({ certificate: 'mine', roots: 'ca', defaults: {} }, { ...MTLS, ...keys }));
    const address = await bench.serve(down);
    const up = bench.upstream(contextJson({ certificate: old.workload('spiffe://td/client'), trusts: root.pem, common: params }));
    const go = (): Promise<string> => visit(bench, () => bench.shake(up, address));
    t.equal(await go(), 'served');
    t.equal(await go(), 'served');
    t.same(resumed(bench), [1, 1]);

    const renewed = root.workload('spiffe://td/server');
    mine.set(certificateSecret(renewed.chain, renewed.keyPem));
    t.equal(await go(), 'served');
    t.same(resumed(bench), [1, 1], 'another certificate, another session');
    t.equal(await go(), 'served');
    t.same(resumed(bench), [2, 2]);

    ca.set(rootsSecret(root.pem));
    t.equal(await go(), 'refused', 'the root is gone, and the ticket with it');
    t.same(resumed(bench), [2, 2]);
    t.equal(bench.counted('listener.l.')['ssl.fail_verify_error'], 1);
  });

  t.test(`${version}: a client forgets its sessions when what it trusts changes`, async (t) => {
    const bench = new TlsBench(definitions);
    t.teardown(() => bench.close());
    const ca = bench.secrets.of('ca');
    const other = newAuthority('other');
    ca.set(rootsSecret(root.pem + other.pem));
    const address = await bench.serve(bench.downstream(contextJson({ certificate: server })));
    const up = bench.upstream({
      ...discoveredJson({ roots: 'ca' }),
      common_tls_context: { ...(discoveredJson({ roots: 'ca' })['common_tls_context'] as object), ...params },
    });
    const go = (): Promise<string> => visit(bench, () => bench.shake(up, address));
    t.equal(await go(), 'served');
    t.equal(await go(), 'served');
    t.same(resumed(bench), [1, 1]);
    ca.set(rootsSecret(other.pem));
    t.equal(await go(), 'refused');
    t.same(resumed(bench), [1, 1]);
  });

  t.test(`${version}: resumption can be turned off on either side`, async (t) => {
    const bench = new TlsBench(definitions);
    t.teardown(() => bench.close());
    const own = { disable_stateless_session_resumption: true };
    const without = await bench.serve(bench.downstream(contextJson({ certificate: server, own })));
    const with_ = await bench.serve(bench.downstream(contextJson({ certificate: server })));
    const up = bench.upstream(contextJson({ common: params }));
    for (let i = 0; i < 2; i++) t.equal(await visit(bench, () => bench.shake(up, without)), 'served');
    const forgetful = bench.upstream(contextJson({ common: params, own: { max_session_keys: 0 } }));
    for (let i = 0; i < 2; i++) t.equal(await visit(bench, () => bench.shake(forgetful, with_)), 'served');
    t.same(resumed(bench), [0, 0]);
  });
}

t.test('a certificate that expires in between is not resumed', async (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const soon = root.workload('spiffe://td/client', { validTo: new Date(Date.now() + 60_000) });
  const address = await bench.serve(bench.downstream(contextJson({ certificate: server, trusts: root.pem, own: MTLS })));
  const up = bench.upstream(contextJson({ certificate: soon }));
  t.equal(await visit(bench, () => bench.shake(up, address)), 'served');
  const { clock } = bench.dispatcher;
  const real = clock.wall.bind(clock);
  Object.defineProperty(clock, 'wall', { configurable: true, value: () => real() + 120_000 });
  t.teardown(() => Reflect.deleteProperty(clock, 'wall'));
  t.equal(await visit(bench, () => bench.shake(up, address)), 'refused');
  t.match(bench.served[1]?.failure, /certificate has expired/);
});
