import { once } from 'node:events';
import { connect } from 'node:net';
import t from 'tap';
import { envoyMissing, loopback, startChild } from '../../../test/support/child-proxy.ts';
import { eventually } from '../../../test/support/process-facts.ts';

const TYPE = 'type.googleapis.com/envoy.extensions';

const LOG = {
  name: 'file',
  typed_config: {
    '@type': `${TYPE}.access_loggers.file.v3.FileAccessLog`,
    path: '%DIR%/access.log',
    log_format: { text_format_source: { inline_string: '%RESPONSE_CODE_DETAILS% %RESPONSE_FLAGS% %RESPONSE_CODE%\n' } },
  },
};

async function observe(kind: 'envoy' | 'outrigger', text: string, question: string): Promise<unknown[]> {
  const typed_config = { '@type': `${TYPE}.filters.network.direct_response.v3.Config`, response: { inline_string: text } };
  const proxy = await startChild(kind, {
    static_resources: {
      listeners: [{ name: 'l', address: loopback(0), access_log: [LOG], filter_chains: [{ filters: [{ name: 'd', typed_config }] }] }],
    },
  });
  const socket = connect({ port: proxy.ports.get('l') ?? 0, host: '127.0.0.1', allowHalfOpen: true });
  let length = 0;
  socket.on('data', (chunk: Buffer) => {
    length += chunk.length;
  });
  if (question !== '') socket.write(question);
  await once(socket, 'end');
  socket.end();
  await once(socket, 'close');
  // The connection may end a moment after the client's.
  const stats = async () => (await proxy.admin('/stats?filter=^listener.127.*(cx_active|cx_total|destroy)$')).body;
  await eventually(async () => (await stats()).includes('downstream_cx_destroy: 1'), 5000);
  const body = await stats();
  const { accessLog } = await proxy.stop();
  const counters = body.split('\n').filter((line) => !line.includes('admin') && !line.includes('worker_'));
  return [length, accessLog, counters.map((line) => line.replace(/_\d+\./, '.'))];
}

for (const text of ['hello\n', 'x'.repeat(1 << 20)]) {
  t.test(`a client gets ${text.length} bytes and the end`, async (t) => {
    const ours = await observe('outrigger', text, '');
    t.match(ours, [text.length, /^direct_response/]);
    if (envoyMissing() === null) t.same(ours, await observe('envoy', text, ''), 'as from a real Envoy');
    // Unread input makes Envoy's close a reset, which may take the response with it.
    t.same(await observe('outrigger', text, 'what is the time?'), ours, 'whatever it says');
  });
}
