import t from 'tap';
import { fromJson, type JsonInput } from '../../src/api/index.ts';
import { FakeContext } from '../../test/support/factory-context.ts';
import { compileTlsInspector } from './config.ts';
import { tlsInspector } from './index.ts';

const MESSAGE = 'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector';

function compiled(json: JsonInput) {
  const context = new FakeContext();
  return { factory: compileTlsInspector(fromJson(MESSAGE, json), context as never), complaints: context.complaints };
}

t.test('it has the name and the message of Envoy', (t) => {
  t.match(tlsInspector, { kind: 'listener_filter', name: 'envoy.filters.listener.tls_inspector', message: MESSAGE });
  t.end();
});

t.test('a hello may have 16 KiB unless less is asked for', (t) => {
  t.match(compiled({}).factory?.settings, { maxHelloBytes: 16_384, closeOnErrors: false });
  t.match(compiled({ max_client_hello_size: 1000, initial_read_buffer_size: 512 }).factory?.settings, { maxHelloBytes: 1000 });
  t.match(compiled({ close_connection_on_client_hello_parsing_errors: true }).factory?.settings, { closeOnErrors: true });
  t.match(compiled({ enable_ja3_fingerprinting: false }).complaints, []);
  t.end();
});

t.test('what cannot be honoured is refused by name', (t) => {
  t.same(compiled({ max_client_hello_size: 16_385 }).complaints, [
    'max_client_hello_size: max_client_hello_size of 16385 is greater than maximum of 16384.',
  ]);
  const { factory, complaints } = compiled({ enable_ja3_fingerprinting: true, enable_ja4_fingerprinting: true });
  t.equal(factory, null);
  t.match(complaints.sort(), [/^enable_ja3_fingerprinting: /, /^enable_ja4_fingerprinting: /]);
  t.end();
});
