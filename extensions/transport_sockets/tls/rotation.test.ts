import t from 'tap';
import type { JsonObject } from '../../../src/api/index.ts';
import { type IssuedCertificate, newAuthority, newKeys } from '../../../test/support/certificates.ts';
import { certificateSecret, rootsSecret } from '../../../test/support/secrets.ts';
import { until } from '../../../test/support/sockets.ts';
import { TlsBench } from '../../../test/support/tls.ts';
import { contextJson, discoveredJson } from '../../../test/support/tls-json.ts';
import * as definitions from './index.ts';
import { contextsOf } from './shared-contexts.ts';

const OLD = newAuthority('old');
const NEW = newAuthority('new');
const keyPair = newKeys('ec');
const workload = (root: IssuedCertificate, id: string): IssuedCertificate => root.workload(`spiffe://td/${id}`, { keyPair });

t.test('500 changes of certificates and roots under load fail no connection and drop none', async (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const [serverSecret, clientSecret, ca] = [bench.secrets.of('server'), bench.secrets.of('client'), bench.secrets.of('ca')];
  const give = (root: IssuedCertificate): void => {
    const [server, client] = [workload(root, 'server'), workload(root, 'client')];
    serverSecret.set(certificateSecret(server.chain, server.keyPem));
    clientSecret.set(certificateSecret(client.chain, client.keyPem));
  };
  give(OLD);
  ca.set(rootsSecret(OLD.pem + NEW.pem));
  const down = bench.downstream(discoveredJson({ certificate: 'server', roots: 'ca' }, { require_client_certificate: true }));
  const up = bench.upstream(discoveredJson({ certificate: 'client', roots: 'ca' }));
  const address = await bench.serve(down);
  const standing = await bench.shake(up, address);

  let failed = 0;
  for (let change = 0; change < 500; change++) {
    // Both roots are trusted while certificates change hands, as a rotation of roots goes.
    if (change % 10 === 9) ca.set(rootsSecret(change % 20 === 9 ? NEW.pem + OLD.pem : OLD.pem + NEW.pem));
    else give(change % 2 === 0 ? NEW : OLD);
    const current = (serverSecret.current as { certificateChain: string }).certificateChain;
    const { callbacks, connection } = await bench.shake(up, address);
    if (callbacks.events[0] !== 'connected') failed++;
    const shown = connection.tls?.peer as { pem?: string } | null | undefined;
    if (shown?.pem !== current) failed++;
    connection.close(1);
  }
  t.equal(failed, 0, 'each handshake succeeds, with the certificate of that moment');
  const served = bench.served[0];
  standing.connection.writeLatin1('still here');
  await until(() => served?.callbacks.events.at(-1) === 'data:still here', 'the first connection');
});

t.test('a root that is taken away is refused at the next handshake, and a delivery that is no use changes nothing', async (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const server = workload(OLD, 'server');
  const secret = bench.secrets.of('server');
  const ca = bench.secrets.of('ca');
  secret.set(certificateSecret(server.chain, server.keyPem));
  ca.set(rootsSecret(OLD.pem));
  const down = bench.downstream(discoveredJson({ certificate: 'server' }));
  const up = bench.upstream(discoveredJson({ roots: 'ca' }));
  const address = await bench.serve(down);
  const first = await bench.shake(up, address);
  t.same(first.callbacks.events, ['connected']);

  secret.set(certificateSecret('no certificate', 'no key'));
  t.same((await bench.shake(up, address)).callbacks.events, ['connected']);
  t.match(bench.context.logged.join(''), /listener\.l\.ssl: /);
  t.same((await bench.shake(up, address)).callbacks.events, ['connected']);

  ca.set(rootsSecret(NEW.pem));
  t.same((await bench.shake(up, address)).callbacks.events, ['close:error']);
  ca.set(null);
  t.equal(up.ready, false);
  const refused = await bench.shake(up, address);
  t.equal(refused.connection.errorText, 'TLS error: Secret is not supplied by SDS');
  t.equal(first.connection.open, true, 'who is connected stays');
  t.equal(bench.counted('listener.l.')['server_ssl_socket_factory.ssl_context_update_by_sds'], 1);
});

t.test('a client with a removed root is refused, and so is one whose secret is withdrawn while it says hello', async (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const server = workload(OLD, 'server');
  const secret = bench.secrets.of('server');
  secret.set(certificateSecret(server.chain, server.keyPem));
  const down = bench.downstream(discoveredJson({ certificate: 'server' }));
  const address = await bench.serve(down);
  const slow = bench.plain(address);
  slow.write(Buffer.from('1603', 'hex'));
  await until(() => bench.served.length === 1, 'the connection');
  secret.set(null);
  slow.write(Buffer.from('0100050100000100', 'hex'));
  slow.write(Buffer.from('00', 'hex'));
  await until(() => bench.served[0]?.failure !== null, 'the refusal');
  t.equal(bench.served[0]?.failure, 'TLS error: Secret is not supplied by SDS');
});

t.test('clusters with the same certificate and roots share their contexts, however many names they expect', async (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const contexts = contextsOf(bench.dispatcher);
  const made: unknown[] = [];
  const get = contexts.get.bind(contexts);
  contexts.get = (options, problems) => {
    const context = get(options, problems);
    made.push(context);
    return context;
  };
  const server = workload(OLD, 'server');
  const client = workload(OLD, 'client');
  bench.secrets.of('client').set(certificateSecret(client.chain, client.keyPem));
  bench.secrets.of('ca').set(rootsSecret(OLD.pem));
  const expects = (uri: string): JsonObject => ({ match_typed_subject_alt_names: [{ san_type: 'URI', matcher: { exact: uri } }] });
  const up = (uri: string) => bench.upstream(discoveredJson({ certificate: 'client', roots: 'ca', defaults: expects(uri) }));
  const [right, wrong] = [up('spiffe://td/server'), up('spiffe://td/other')];
  t.same(made, [], 'nobody has connected yet');
  const address = await bench.serve(bench.downstream(contextJson({ certificate: server })));
  made.length = 0;
  t.same((await bench.shake(right, address)).callbacks.events, ['connected']);
  t.same((await bench.shake(wrong, address)).callbacks.events, ['close:error']);
  t.equal(made.length, 2);
  t.equal(made[0], made[1]);
});
