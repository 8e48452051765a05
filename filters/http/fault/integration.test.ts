import t from 'tap';
import { startProxy } from '../../../test/support/proxy.ts';
import { parseResponses, rawRequest, responses } from '../../../test/support/raw-client.ts';

const TYPE = 'type.googleapis.com/envoy.extensions.filters';
const fault = (settings: object) => ({ '@type': `${TYPE}.http.fault.v3.HTTPFault`, ...settings });

t.test('routes of one listener fail, wait or work as their settings say', async (t) => {
  const hello = { status: 200, body: { inline_string: 'hello' } };
  const proxy = await startProxy({
    static_resources: {
      listeners: [
        {
          name: 'main',
          address: { socket_address: { address: '127.0.0.1', port_value: 0 } },
          filter_chains: [
            {
              filters: [
                {
                  name: 'hcm',
                  typed_config: {
                    '@type': `${TYPE}.network.http_connection_manager.v3.HttpConnectionManager`,
                    stat_prefix: 'in',
                    http_filters: [
                      { name: 'my-fault', typed_config: fault({}) },
                      { name: 'router', typed_config: { '@type': `${TYPE}.http.router.v3.Router` } },
                    ],
                    route_config: {
                      virtual_hosts: [
                        {
                          name: 'all',
                          domains: ['*'],
                          routes: [
                            {
                              match: { path: '/abort' },
                              direct_response: hello,
                              typed_per_filter_config: {
                                'my-fault': fault({ abort: { http_status: 503, percentage: { numerator: 100 } } }),
                              },
                            },
                            {
                              match: { path: '/delay' },
                              direct_response: hello,
                              typed_per_filter_config: {
                                'my-fault': fault({ delay: { fixed_delay: '0.05s', percentage: { numerator: 100 } } }),
                              },
                            },
                            { match: { prefix: '/' }, direct_response: hello },
                          ],
                        },
                      ],
                    },
                  },
                },
              ],
            },
          ],
        },
      ],
    },
  });
  t.teardown(() => proxy.stop());
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
  const started = performance.now();
  const answer = await rawRequest(proxy.port(), `${get('/abort')}${get('/delay')}${get('/')}`, { until: responses(3) });
  t.ok(performance.now() - started >= 45);
  t.match(parseResponses(answer.text), [
    { status: 503, body: 'fault filter abort' },
    { status: 200, body: 'hello' },
    { status: 200, body: 'hello' },
  ]);
  t.equal(proxy.stat('http.in.fault.aborts_injected'), 1);
  t.equal(proxy.stat('http.in.fault.delays_injected'), 1);
  t.equal(proxy.stat('http.in.fault.active_faults'), 0);
});
