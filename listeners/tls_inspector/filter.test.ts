import type { Socket } from 'node:net';
import t from 'tap';
import { ipAddress } from '../../src/base/address.ts';
import {
  AcceptedConnection,
  LISTENER_CLOSE,
  LISTENER_CONTINUE,
  LISTENER_NEED_DATA,
  type ListenerStatus,
} from '../../src/net/listener-filter.ts';
import { clientHello, helloMessage, records } from '../../test/support/client-hello.ts';
import { FakeStats } from '../../test/support/stats.ts';
import { TlsInspectorFactory } from './filter.ts';
import { TLS_INSPECTOR_STATS } from './stats.ts';

class Rig {
  readonly stats = new FakeStats();
  readonly accepted = new AcceptedConnection({} as Socket, ipAddress('10.0.0.1', 443), ipAddress('10.0.0.2', 1));
  readonly factory: TlsInspectorFactory;

  constructor(more: { readonly maxHelloBytes?: number; readonly closeOnErrors?: boolean } = {}) {
    const stats = this.stats.group('tls_inspector.', TLS_INSPECTOR_STATS);
    this.factory = new TlsInspectorFactory({ maxHelloBytes: 16_384, closeOnErrors: false, stats, ...more });
  }

  look(...prefixes: readonly Buffer[]): ListenerStatus {
    const filter = this.factory.create();
    t.equal(filter.onAccept(this.accepted), LISTENER_NEED_DATA);
    let status: ListenerStatus = LISTENER_NEED_DATA;
    for (const prefix of prefixes) status = filter.onPeek(this.accepted, prefix);
    return status;
  }
}

t.test('a hello says transport, name and protocols', (t) => {
  const rig = new Rig();
  const hello = clientHello({ serverName: 'A.test', alpn: ['istio', 'h2'] });
  t.equal(rig.look(hello.subarray(0, 20), hello), LISTENER_CONTINUE);
  t.match(rig.accepted, { transportProtocol: 'tls', serverName: 'a.test', applicationProtocols: ['istio', 'h2'] });
  t.same(rig.stats.counted, { 'tls_inspector.tls_found': 1, 'tls_inspector.sni_found': 1, 'tls_inspector.alpn_found': 1 });
  t.same(rig.stats.records.get('tls_inspector.bytes_processed'), [hello.length]);
  t.end();
});

t.test('anything else is left to the next filter, or closed', (t) => {
  const rig = new Rig();
  t.equal(rig.look(Buffer.from('GET /')), LISTENER_CONTINUE);
  t.match(rig.accepted, { transportProtocol: '', serverName: '', applicationProtocols: [] });
  t.same(rig.stats.counted, { 'tls_inspector.tls_not_found': 1 });
  t.equal(new Rig({ closeOnErrors: true }).look(Buffer.from('GET /')), LISTENER_CLOSE);
  t.end();
});

t.test('a hello that does not end in time is closed', (t) => {
  const rig = new Rig({ maxHelloBytes: 300 });
  const hello = clientHello({ padding: 300 });
  t.equal(rig.look(hello.subarray(0, 299)), LISTENER_NEED_DATA);
  t.equal(rig.look(hello.subarray(0, 300)), LISTENER_CLOSE);
  t.equal(rig.look(hello), LISTENER_CLOSE, 'however much was read at once');
  t.same(rig.stats.counted, { 'tls_inspector.client_hello_too_large': 2 });
  t.equal(rig.look(Buffer.alloc(10_000, 'plain text ')), LISTENER_CONTINUE, 'plain text may be long');
  t.end();
});

t.test('a version that nobody speaks, and a peer that says goodbye, are closed', (t) => {
  const rig = new Rig();
  t.equal(rig.look(clientHello({ legacyVersion: 0x0300 })), LISTENER_CLOSE);
  t.same(rig.stats.counted, { 'tls_inspector.sni_not_found': 1, 'tls_inspector.tls_not_found': 1 });
  t.equal(rig.look(Buffer.from([21, 3, 1, 0, 2, 1, 0])), LISTENER_CLOSE);
  t.end();
});

t.test('sixteen thousand single bytes in records of one byte are read in no time', (t) => {
  const rig = new Rig();
  const bytes = records(helloMessage({ padding: 2500 }), 1);
  const filter = rig.factory.create();
  const started = process.cpuUsage().user;
  let status: ListenerStatus = LISTENER_NEED_DATA;
  for (let length = 1; length <= bytes.length && status === LISTENER_NEED_DATA; length++) {
    status = filter.onPeek(rig.accepted, bytes.subarray(0, length));
  }
  t.equal(status, LISTENER_CONTINUE);
  const ms = (process.cpuUsage().user - started) / 1000;
  t.ok(ms < 20_000, `${ms} ms`);
  t.end();
});
