import type { Http2ServerResponse } from 'node:http2';
import t from 'tap';
import { httpListener } from '../../../test/support/bootstrap.ts';
import { exchange, startService } from '../../../test/support/http2.ts';
import { clusterOf } from '../../../test/support/http2-bootstrap.ts';
import { startProxy } from '../../../test/support/proxy.ts';

const TYPE = 'type.googleapis.com/envoy.extensions.filters.http';

function message(text: string): Buffer {
  const bytes = Buffer.alloc(5 + text.length);
  bytes.writeUInt32BE(text.length, 1);
  bytes.latin1Write(text, 5);
  return bytes;
}

t.test('calls through a proxy are counted under their cluster and their method', async (t) => {
  const service = await startService('h2', (request, raw) => {
    const response = raw as Http2ServerResponse;
    request.resume();
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/grpc' });
      response.write(message('one'));
      response.write(message('two'));
      response.addTrailers({ 'grpc-status': '0' });
      response.end();
    });
  });
  t.teardown(() => service.close());
  const filters = [
    {
      name: 'grpc',
      typed_config: { '@type': `${TYPE}.grpc_stats.v3.FilterConfig`, stats_for_all_methods: true, enable_upstream_stats: true },
    },
    { name: 'router', typed_config: { '@type': `${TYPE}.router.v3.Router` } },
  ];
  const proxy = await startProxy({
    static_resources: {
      listeners: [httpListener('in', 'app', { manager: { http_filters: filters } })],
      clusters: [clusterOf('h2', 'app', service.port)],
    },
  });
  t.teardown(() => proxy.stop());
  const headers = { 'content-type': 'application/grpc', te: 'trailers' };
  const answer = await exchange('h2', proxy.port(), { method: 'POST', path: '/pkg.Echo/Twice', headers, body: message('x') });
  t.same(answer.body, Buffer.concat([message('one'), message('two')]));
  t.match(answer.trailers, { 'grpc-status': '0' });
  await exchange('h2', proxy.port(), { path: '/plain' });
  const counted = Array.from(proxy.stats()).filter(([name]) => name.startsWith('cluster.app.grpc.'));
  t.same(Object.fromEntries(counted), {
    'cluster.app.grpc.pkg.Echo.Twice.0': 1,
    'cluster.app.grpc.pkg.Echo.Twice.request_message_count': 1,
    'cluster.app.grpc.pkg.Echo.Twice.response_message_count': 2,
    'cluster.app.grpc.pkg.Echo.Twice.success': 1,
    'cluster.app.grpc.pkg.Echo.Twice.total': 1,
  });
});
