import t from 'tap';
import { newAuthority } from '../../../test/support/certificates.ts';
import { listenTo, until } from '../../../test/support/sockets.ts';
import { TlsBench } from '../../../test/support/tls.ts';
import { contextJson } from '../../../test/support/tls-json.ts';
import * as definitions from './index.ts';

const root = newAuthority('root');
const server = root.workload('spiffe://td/ns/a/sa/server', { subject: { C: 'DE', O: 'Acme, Inc', CN: 'server' } });
const client = root.workload('spiffe://td/ns/a/sa/client');

const MTLS = { require_client_certificate: true };

t.test('both sides know each other, and bytes go both ways', async (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const address = await bench.serve(bench.downstream(contextJson({ certificate: server, trusts: root.pem, own: MTLS })));
  const { callbacks, connection } = await bench.shake(
    bench.upstream(contextJson({ certificate: client, trusts: root.pem, own: { sni: 'a.example' } })),
    address,
  );
  t.same(callbacks.events, ['connected']);
  connection.writeLatin1('hello');
  await until(() => bench.served[0]?.callbacks.events[0] === 'data:hello', 'the greeting');
  const accepted = bench.served[0]?.connection;
  accepted?.writeLatin1('welcome');
  await until(() => callbacks.events[1] === 'data:welcome', 'the answer');
  t.match(accepted?.tls, {
    version: 'TLSv1.2',
    cipher: 'ECDHE-ECDSA-AES128-GCM-SHA256',
    sni: 'a.example',
    peerValidated: true,
    peer: { uriSans: ['spiffe://td/ns/a/sa/client'], subject: '', issuer: 'O=root', sha256: client.sha256 },
    local: { subject: 'CN=server,O=Acme\\, Inc,C=DE' },
  });
  t.match(connection.tls, {
    peerValidated: true,
    sni: 'a.example',
    peer: { uriSans: ['spiffe://td/ns/a/sa/server'] },
    local: { uriSans: ['spiffe://td/ns/a/sa/client'] },
    sessionId: /^[0-9a-f]{64}$/,
  });
  for (const side of ['listener.l.', 'cluster.c.'] as const) {
    t.same(bench.counted(side), {
      'ssl.ciphers.ECDHE-ECDSA-AES128-GCM-SHA256': 1,
      'ssl.curves.X25519': 1,
      'ssl.handshake': 1,
      'ssl.sigalgs.ecdsa_secp256r1_sha256': 1,
      'ssl.versions.TLSv1.2': 1,
    });
  }
});

t.test('TLS 1.3 is spoken where both allow it', async (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const params = { common: { tls_params: { tls_maximum_protocol_version: 'TLSv1_3' } } };
  const address = await bench.serve(bench.downstream(contextJson({ certificate: server, trusts: root.pem, own: MTLS })));
  const { connection } = await bench.shake(bench.upstream(contextJson({ certificate: client, trusts: root.pem, ...params })), address);
  t.match(connection.tls, { version: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256' });
  await until(() => bench.served[0]?.connection !== null, 'the server');
  t.match(bench.served[0]?.connection?.tls, { version: 'TLSv1.3' });
});

t.test('what a listener filter has read is part of the handshake', async (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const address = await bench.serve(bench.downstream(contextJson({ certificate: server })), 1);
  const { callbacks, connection } = await bench.shake(bench.upstream(contextJson({ trusts: root.pem })), address);
  t.same(callbacks.events, ['connected']);
  connection.writeLatin1('x');
  await until(() => bench.served[0]?.callbacks.events[0] === 'data:x', 'input');
  t.equal(bench.served[0]?.connection?.tls?.peer, null);
  t.equal(bench.counted('listener.l.')['ssl.no_certificate'], 1);
});

t.test('a half-closed connection still takes the answer, and both ends close', async (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const address = await bench.serve(bench.downstream(contextJson({ certificate: server })));
  const { callbacks, connection } = await bench.shake(bench.upstream(contextJson({ trusts: root.pem })), address);
  connection.writeLatin1('question');
  connection.end();
  await until(() => bench.served[0]?.callbacks.events.at(-1) === 'end', 'the end');
  t.same(bench.served[0]?.callbacks.events, ['data:question', 'end']);
  bench.served[0]?.connection?.writeLatin1('answer');
  bench.served[0]?.connection?.close(0);
  await until(() => callbacks.events.at(-1)?.startsWith('close') === true, 'the close');
  t.same(callbacks.events, ['connected', 'data:answer', 'end', 'close:local']);
});

t.test('without the secret there is no connection, and it is counted', async (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const sds = { common_tls_context: { tls_certificate_sds_secret_configs: [{ name: 'default' }] } };
  const down = bench.downstream(sds);
  const up = bench.upstream(sds);
  t.equal(down.ready, false);
  t.equal(up.ready, false);
  const address = await bench.serve(down);
  const plain = bench.plain(address);
  await until(() => plain.destroyed, 'the close');
  t.equal(bench.served[0]?.failure, 'TLS error: Secret is not supplied by SDS');
  const { callbacks, connection } = await bench.shake(up, address);
  t.same(callbacks.events, ['close:error']);
  t.equal(connection.errorText, 'TLS error: Secret is not supplied by SDS');
  t.equal(bench.counted('listener.l.')['server_ssl_socket_factory.downstream_context_secrets_not_ready'], 1);
  t.equal(bench.counted('cluster.c.')['client_ssl_socket_factory.upstream_context_secrets_not_ready'], 1);
});

t.test('plain text at the door of TLS is an error of the connection', async (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const address = await bench.serve(bench.downstream(contextJson({ certificate: server })));
  const plain = bench.plain(address);
  plain.write('GET / HTTP/1.1\r\n\r\n');
  await until(() => typeof bench.served[0]?.failure === 'string', 'the failure');
  t.equal(bench.served[0]?.failure, 'TLS_error:|268435612:SSL routines:OPENSSL_internal:HTTP_REQUEST:TLS_error_end');
  t.same(bench.counted('listener.l.'), { 'ssl.connection_error': 1 });
});

t.test('a listener that gives up closes the connection, wherever the handshake is', async (t) => {
  for (const bytes of ['16', '1603010200010001fc0303']) {
    const bench = new TlsBench(definitions);
    t.teardown(() => bench.close());
    const address = await bench.serve(bench.downstream(contextJson({ certificate: server })));
    const plain = bench.plain(address);
    plain.resume();
    plain.write(Buffer.from(bytes, 'hex'));
    await until(() => bench.served.length === 1 && bench.served[0]?.socket.bytesRead !== 0, 'the bytes');
    bench.served[0]?.socket.destroy();
    await until(() => plain.destroyed, 'the close');
    t.equal(bench.served[0]?.connection, null);
  }
});

t.test('a listener that gives up while OpenSSL waits for the rest', async (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const address = await bench.serve(bench.downstream(contextJson({ certificate: server })));
  const plain = bench.plain(address);
  let answer = 0;
  plain.on('data', (data: Buffer) => {
    answer += data.length;
  });
  plain.write(await helloBytes());
  await until(() => answer > 0, "the server's flight");
  bench.served[0]?.socket.destroy();
  await until(() => plain.destroyed, 'the close');
  t.equal(bench.served[0]?.connection, null);
});

/** A ClientHello that nothing follows. */
async function helloBytes(): Promise<Buffer> {
  const bench = new TlsBench(definitions);
  let bytes: Buffer | null = null;
  const { server: listening, address } = await listenTo((socket) =>
    socket.once('readable', () => {
      bytes = socket.read() as Buffer;
    }),
  );
  bench.connect(bench.upstream({}), address);
  await until(() => bytes !== null, 'a hello');
  bench.close();
  listening.close();
  return bytes as unknown as Buffer;
}

t.test('a server that ends or resets in the handshake is told as Envoy tells it', async (t) => {
  const reset = 'TLS_error:|33554536:system library:OPENSSL_internal:Connection reset by peer:TLS_error_end';
  for (const [how, text] of [
    ['end', ''],
    ['resetAndDestroy', reset],
  ] as const) {
    const bench = new TlsBench(definitions);
    t.teardown(() => bench.close());
    const { server: listening, address } = await listenTo((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => void socket[how]());
      socket.resume();
    });
    t.teardown(() => listening.close());
    const { callbacks, connection } = await bench.shake(bench.upstream(contextJson({ trusts: root.pem })), address);
    t.same(callbacks.events, ['close:error']);
    t.equal(connection.errorText, text);
    t.same(bench.counted('cluster.c.'), {});
  }
});

t.test('a client that leaves during the handshake, and one that sends half a hello', async (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const address = await bench.serve(bench.downstream(contextJson({ certificate: server })));
  const plain = bench.plain(address);
  plain.end(Buffer.from('160301', 'hex'));
  await until(() => typeof bench.served[0]?.failure === 'string', 'the failure');
  t.same(bench.counted('listener.l.'), {});
});
