import t from 'tap';
import { ipAddress } from '../../../src/base/address.ts';
import { compileDownstream, compileUpstream } from './config.ts';
import { downstream, upstream } from './index.ts';

t.test('one message configures both directions', (t) => {
  t.equal(downstream.message, upstream.message);
  t.equal(downstream.name, 'envoy.transport_sockets.raw_buffer');
  t.equal(upstream.name, 'envoy.transport_sockets.raw_buffer');
  t.not(downstream.kind, upstream.kind);
  t.end();
});

t.test('it is ready at once, and nothing is secure about it', (t) => {
  for (const factory of [compileDownstream(), compileUpstream()]) {
    t.match(factory, { name: 'raw_buffer', secure: false, ready: true });
  }
  t.end();
});

t.test('connections from different source addresses do not share a pool', (t) => {
  const factory = compileUpstream();
  const options = { alpn: null, serverName: '', sourceAddress: null };
  t.equal(factory.key(options), '');
  t.equal(factory.key({ ...options, alpn: ['h2'], serverName: 'a' }), '', 'TLS settings mean nothing here');
  t.equal(factory.key({ ...options, sourceAddress: ipAddress('127.0.0.6', 0) }), '127.0.0.6:0');
  t.end();
});
