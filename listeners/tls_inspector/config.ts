import { type Message, refuseOthers } from '../../src/api/index.ts';
import type { ListenerContext } from '../../src/upstream/factory-context.ts';
import { TlsInspectorFactory } from './filter.ts';
import { TLS_INSPECTOR_STATS } from './stats.ts';

/** Envoy's largest, and its default. */
const MAX_HELLO_BYTES = 16_384;

const HONOURED = new Set(['close_connection_on_client_hello_parsing_errors', 'initial_read_buffer_size', 'max_client_hello_size']);

/** Null after a problem. */
export function compileTlsInspector(
  message: Message<'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector'>,
  context: ListenerContext,
): TlsInspectorFactory | null {
  const { problems } = context;
  const honoured = new Set(HONOURED);
  if (message.enableJa3Fingerprinting === false) honoured.add('enable_ja3_fingerprinting');
  if (message.enableJa4Fingerprinting === false) honoured.add('enable_ja4_fingerprinting');
  const known = refuseOthers(message, honoured, problems);
  const maxHelloBytes = message.maxClientHelloSize ?? MAX_HELLO_BYTES;
  if (maxHelloBytes > MAX_HELLO_BYTES) {
    problems
      .at('max_client_hello_size')
      .add('bad_value', `max_client_hello_size of ${maxHelloBytes} is greater than maximum of ${MAX_HELLO_BYTES}.`);
    return null;
  }
  if (!known) return null;
  return new TlsInspectorFactory({
    maxHelloBytes,
    closeOnErrors: message.closeConnectionOnClientHelloParsingErrors,
    stats: context.stats.group('tls_inspector.', TLS_INSPECTOR_STATS),
  });
}
