import t from 'tap';
import { startProxy, type TestProxy } from '../../../test/support/proxy.ts';
import { parseResponses, rawRequest, responses } from '../../../test/support/raw-client.ts';

const TYPE = 'type.googleapis.com/envoy.extensions.filters';

function bootstrap(manager: object): object {
  const config = {
    '@type': `${TYPE}.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: 'in',
    route_config: {
      name: 'local',
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          routes: [
            { match: { path: '/hello' }, direct_response: { status: 200, body: { inline_string: 'hello' } } },
            { match: { prefix: '/old' }, redirect: { prefix_rewrite: '/new' } },
          ],
        },
      ],
    },
    http_filters: [{ name: 'envoy.filters.http.router', typed_config: { '@type': `${TYPE}.http.router.v3.Router` } }],
    ...manager,
  };
  return {
    static_resources: {
      listeners: [
        {
          name: 'main',
          address: { socket_address: { address: '127.0.0.1', port_value: 0 } },
          filter_chains: [{ filters: [{ name: 'hcm', typed_config: config }] }],
        },
      ],
    },
  };
}

async function withProxy(manager: object, run: (proxy: TestProxy) => Promise<void>): Promise<void> {
  const proxy = await startProxy(bootstrap(manager));
  try {
    await run(proxy);
  } finally {
    await proxy.stop();
  }
}

t.test('requests on one connection are answered in order, then the connection goes on', async (t) => {
  await withProxy({}, async (proxy) => {
    const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
    const answer = await rawRequest(proxy.port(), `${get('/hello')}${get('/old/x?y')}${get('/nothing')}`, { until: responses(3) });
    const [first, second, third] = parseResponses(answer.text);
    t.match(first, { status: 200, body: 'hello' });
    t.same(
      second?.headers.find(([name]) => name === 'location'),
      ['location', 'http://a/new/x?y'],
    );
    t.match(third, { status: 404, body: '' });
    t.equal(answer.closed, false);
    t.equal(proxy.stat('http.in.downstream_rq_total'), 3);
    t.equal(proxy.stat('http.in.downstream_rq_active'), 0);
    t.equal(proxy.stat('http.in.downstream_cx_http1_total'), 1);
    t.equal(proxy.stat('http.in.no_route'), 1);
  });
});

t.test('an HTTP/2 preface where only HTTP/1.1 is spoken is answered with 400 and the end', async (t) => {
  await withProxy({ codec_type: 'HTTP1' }, async (proxy) => {
    const answer = await rawRequest(proxy.port(), 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    t.match(answer.text, /^HTTP\/1\.1 (400|505) /);
    t.equal(answer.closed, true);
    t.equal(proxy.stat('http.in.downstream_cx_protocol_error'), 1);
  });
});

t.test('an answer before the request is complete says that it is the last', async (t) => {
  await withProxy({}, async (proxy) => {
    const answer = await rawRequest(proxy.port(), 'POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc');
    t.match(answer.text, /connection: close\r\n/);
    t.match(parseResponses(answer.text)[0], { status: 200, body: 'hello' });
    t.equal(answer.closed, true);
    t.equal(proxy.stat('http.in.downstream_rq_response_before_rq_complete'), 1);
  });
});

t.test('a head that does not come is given up with 408', async (t) => {
  await withProxy({ request_headers_timeout: '0.05s' }, async (proxy) => {
    const answer = await rawRequest(proxy.port(), 'GET /hello HTT');
    t.match(parseResponses(answer.text)[0], { status: 408, body: 'request header timeout' });
    t.equal(answer.closed, true);
  });
});

t.test('a request that stands still is given up with 408', async (t) => {
  await withProxy({ request_timeout: '0.05s', ...buffering() }, async (proxy) => {
    const answer = await rawRequest(proxy.port(), 'POST /wait HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab');
    t.match(parseResponses(answer.text)[0], { status: 408, body: 'request timeout' });
    t.equal(proxy.stat('http.in.downstream_rq_timeout'), 1);
  });
});

/** A route whose requests are delayed for longer than the test lasts. */
function buffering(): object {
  return {
    route_config: {
      name: 'local',
      virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }] }],
    },
    http_filters: [
      {
        name: 'fault',
        typed_config: { '@type': `${TYPE}.http.fault.v3.HTTPFault`, delay: { fixed_delay: '60s', percentage: { numerator: 100 } } },
      },
      { name: 'envoy.filters.http.router', typed_config: { '@type': `${TYPE}.http.router.v3.Router` } },
    ],
  };
}

t.test('an idle connection ends after its time', async (t) => {
  await withProxy({ common_http_protocol_options: { idle_timeout: '0.05s' }, drain_timeout: '0.05s' }, async (proxy) => {
    const answer = await rawRequest(proxy.port(), 'GET /hello HTTP/1.1\r\nHost: a\r\n\r\n');
    t.equal(answer.closed, true);
    t.equal(proxy.stat('http.in.downstream_cx_idle_timeout'), 1);
  });
});

t.test('what is refused is named with its place', async (t) => {
  await t.rejects(startProxy(bootstrap({ tracing: {} })), {
    message: /http_connection_manager|typed_config[\s\S]*tracing is not supported/,
  });
});

t.test('an upgrade that is to be ignored leaves a plain request', async (t) => {
  await withProxy({ http_protocol_options: { ignore_http_11_upgrade: [{ prefix: 'tls/', ignore_case: true }] } }, async (proxy) => {
    const ask = (upgrade: string) => `GET /hello HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: ${upgrade}\r\n\r\n`;
    const answer = await rawRequest(proxy.port(), `${ask('TLS/1.2')}${ask('other')}`);
    t.same(
      parseResponses(answer.text).map(({ status }) => status),
      [200, 403],
    );
  });
});

t.test('answers of the proxy are rewritten as local_reply_config says', async (t) => {
  const status = (op: string, value: number) => ({
    status_code_filter: { comparison: { op, value: { default_value: value, runtime_key: 'x' } } },
  });
  const local_reply_config = {
    mappers: [
      {
        filter: { and_filter: { filters: [{ response_flag_filter: { flags: ['NR'] } }, status('EQ', 404)] } },
        status_code: 410,
        body: { inline_string: 'gone' },
        headers_to_add: [{ header: { key: 'x-was', value: '%RESPONSE_CODE_DETAILS%' } }],
        body_format_override: { json_format: { text: '%LOCAL_REPLY_BODY%', status: '%RESPONSE_CODE%', path: '%REQ(:PATH)%' } },
      },
    ],
    body_format: { text_format_source: { inline_string: '<%LOCAL_REPLY_BODY%>' }, content_type: 'text/html' },
  };
  await withProxy({ local_reply_config }, async (proxy) => {
    const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
    const answer = await rawRequest(proxy.port(), `${get('/nothing')}${get('/hello')}`, { until: responses(2) });
    const [first, second] = parseResponses(answer.text);
    t.match(first, { status: 410, body: '{"path":"/nothing","status":410,"text":"gone"}\n' });
    const named = (name: string) => first?.headers.find(([each]) => each === name)?.[1];
    t.equal(named('content-type'), 'application/json');
    t.equal(named('x-was'), 'route_not_found');
    t.match(second, { status: 200, body: '<hello>' });
    t.same(
      second?.headers.find(([name]) => name === 'content-type'),
      ['content-type', 'text/html'],
    );
    t.equal(proxy.stat('http.in.downstream_rq_4xx'), 1);
  });
});

t.test('routes see the normalised path and the bare host', async (t) => {
  const hello = { match: { path: '/hello' }, direct_response: { status: 200, body: { inline_string: 'hello' } } };
  const manager = {
    normalize_path: true,
    merge_slashes: true,
    path_with_escaped_slashes_action: 'UNESCAPE_AND_REDIRECT',
    strip_any_host_port: true,
    strip_trailing_host_dot: true,
    route_config: { name: 'local', virtual_hosts: [{ name: 'a', domains: ['a.example'], routes: [hello] }] },
  };
  await withProxy(manager, async (proxy) => {
    const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a.example.:8443\r\n\r\n`;
    const asked = ['/x/..;/%2e//hel%6Co?y', '/x/..%2fhello', '/hello%00'];
    const answer = await rawRequest(proxy.port(), asked.map(get).join(''), { until: responses(3) });
    const answers = parseResponses(answer.text);
    t.same(
      answers.map(({ status }) => status),
      [200, 307, 400],
    );
    t.same(
      answers[1]?.headers.find(([name]) => name === 'location'),
      ['location', '/hello'],
    );
    t.equal(proxy.stat('http.in.downstream_rq_redirected_with_normalized_path'), 1);
    t.equal(proxy.stat('http.in.downstream_rq_failed_path_normalization'), 1);
  });
});
