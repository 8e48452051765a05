import { hostname } from 'node:os';
import t from 'tap';
import { type EntryParts, formatNames, logEntry } from '../../../test/support/log-entry.ts';
import { ipAddress } from '../../base/address.ts';
import { Problems, renderProblem } from '../../base/errors.ts';
import { MeterSum } from '../meter-sum.ts';
import { FLAG } from '../response-flags.ts';
import { FilterStateKey, type StreamInfo } from '../stream-info.ts';
import { compileFormat } from './compile.ts';
import { DEFAULT_FORMAT } from './predefined.ts';

const ISTIO_FORMAT =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% ' +
  '%CONNECTION_TERMINATION_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" %BYTES_RECEIVED% %BYTES_SENT% %DURATION% ' +
  '%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" ' +
  '"%UPSTREAM_HOST%" %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% ' +
  '%REQUESTED_SERVER_NAME% %ROUTE_NAME%\n';

function line(format: string, parts: EntryParts = {}, omitEmpty = false): string {
  const problems = new Problems('format');
  const formatter = compileFormat(format, problems, formatNames, omitEmpty);
  if (formatter === null) return `refused: ${problems.list.map(renderProblem).join('; ')}`;
  return formatter.format(logEntry(parts));
}

t.test('the default format', async (t) => {
  t.equal(
    line(DEFAULT_FORMAT),
    '[2026-11-21T10:20:30.456Z] "GET /a?b=c HTTP/1.1" 200 - 3 1024 12 10 "-" "-" "-" "example.com" "10.0.0.2:8080"\n',
  );
});

t.test("Istio's format", async (t) => {
  t.equal(
    line(ISTIO_FORMAT, {
      info: { flags: FLAG.UpstreamConnectionFailure | FLAG.UpstreamRetryLimitExceeded, upstreamTransportFailure: 'connect error: refused' },
      downstream: { serverName: 'outbound_.80_._.app' },
      request: { ':method': 'GET', ':path': '/b', 'x-envoy-original-path': '/a', ':authority': 'app', 'user-agent': 'curl/8' },
    }),
    '[2026-11-21T10:20:30.456Z] "GET /a HTTP/1.1" 200 URX,UF via_upstream - "connect_error:_refused" 3 1024 12 10 "-" "curl/8" "-" "app" ' +
      '"10.0.0.2:8080" app 10.0.0.1:41000 127.0.0.1:15001 127.0.0.1:50000 outbound_.80_._.app default\n',
  );
});

t.test('a TCP connection has none of the values of HTTP', async (t) => {
  t.equal(
    line(ISTIO_FORMAT, {
      request: null,
      response: null,
      info: {
        protocol: '',
        responseCode: 0,
        responseCodeDetails: '',
        requestId: '',
        routeName: '',
        upstreamLocalAddress: null,
        upstreamHost: null,
      },
    }),
    '[2026-11-21T10:20:30.456Z] "- - -" 0 - - - "-" 3 1024 12 - "-" "-" "-" "-" "-" app - 127.0.0.1:15001 127.0.0.1:50000 - -\n',
  );
});

t.test('headers, alternatives and lengths', async (t) => {
  const request = { ':path': '/p', 'x-b': 'bbbb', 'x-empty': '' };
  t.equal(
    line('%REQ(X-A?X-B)%|%REQ(x-b):2%|%REQ(x-b):9%|%REQ(x-b):0%|%REQ(nope?)%|%REQ(?x-b)%|%REQ(X-Empty)%', { request }),
    'bbbb|bb|bbbb||-|bbbb|',
  );
  t.equal(line('%RESP(x?:status)%|%TRAILER(grpc-status)%', { trailers: { 'grpc-status': '5' } }), '200|5');
  t.equal(line('%REQ(a)%|%RESP(a)%|%TRAILER(a)%', { request: null, response: null }), '-|-|-');
});

t.test('percent signs and text around operators', async (t) => {
  t.equal(line('100%% of %%%PROTOCOL%%%'), '100% of %HTTP/1.1%');
  t.equal(line(''), '');
  t.equal(line('no operator\n'), 'no operator\n');
});

t.test('durations are whole milliseconds, and - when an event is missing or comes too early', async (t) => {
  t.equal(line('%REQUEST_DURATION% %REQUEST_TX_DURATION% %RESPONSE_DURATION% %RESPONSE_TX_DURATION% %DURATION%'), '0 1 11 1 12');
  const info = { requestComplete: -1, upstreamRequestEnd: -1, upstreamResponseStart: -1, end: -1 };
  t.equal(line('%REQUEST_DURATION% %REQUEST_TX_DURATION% %RESPONSE_DURATION% %RESPONSE_TX_DURATION% %DURATION%', { info }), '- - - - -');
  t.equal(
    line('%COMMON_DURATION(DS_RX_BEG:DS_TX_END:us)% %COMMON_DURATION(DS_RX_BEG:DS_TX_END)% %COMMON_DURATION(US_RX_BEG:US_RX_END:ns)%'),
    '12500 12 1000000',
  );
  t.equal(line('%COMMON_DURATION(DS_TX_END:DS_RX_BEG:ms)% %COMMON_DURATION(DS_RX_BEG:mine:ms)%'), '- -');
});

t.test('addresses, ports and masks', async (t) => {
  t.equal(
    line('%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT% %DOWNSTREAM_REMOTE_PORT% %DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT(8)%', {
      info: { remoteAddress: ipAddress('192.168.7.9', 1) },
    }),
    '192.168.7.9 1 127.0.0.0/8',
  );
  const v6 = { info: { remoteAddress: ipAddress('2001:db8:1234:5678:9abc:def0:1234:5678', 9) } };
  t.equal(
    line('%DOWNSTREAM_REMOTE_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(64)%', v6),
    '[2001:db8:1234:5678:9abc:def0:1234:5678]:9 2001:db8:1234:5678::/64',
  );
  t.equal(line('%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(0)% %DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(20)%', v6), '::/0 2001::/20');
  t.equal(line('%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT(99)% %DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT(0)%'), '127.0.0.1/32 0.0.0.0/0');
  const pipe = { downstream: { localAddress: { kind: 'pipe', path: '/tmp/s' } as const } };
  t.equal(line('%DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT% %DOWNSTREAM_LOCAL_PORT%', pipe), '/tmp/s /tmp/s -');
});

t.test('the upstream host, by name or by address', async (t) => {
  const format = '%UPSTREAM_HOST_NAME% %UPSTREAM_HOST_NAME_WITHOUT_PORT% %UPSTREAM_REMOTE_ADDRESS% %UPSTREAM_REMOTE_PORT%';
  t.equal(line(format, { info: { upstreamHostName: 'app.local:80' } }), 'app.local:80 app.local 10.0.0.2:8080 8080');
  t.equal(line(format), '10.0.0.2:8080 10.0.0.2 10.0.0.2:8080 8080');
  t.equal(line(format, { info: { upstreamLocalAddress: null } }), '10.0.0.2:8080 10.0.0.2 - -', 'the connection failed');
  t.equal(line(format, { info: { upstreamHost: null, upstreamHostName: '' } }), '- - - -');
});

t.test('an address that follows another is not mistaken for it', async (t) => {
  const formatter = compileFormat('%UPSTREAM_HOST% %UPSTREAM_CLUSTER%', new Problems(), formatNames);
  t.equal(formatter?.format(logEntry()), '10.0.0.2:8080 app_alt');
  t.equal(formatter?.format(logEntry({ info: { upstreamHost: ipAddress('10.0.0.3', 1), upstreamClusterStatName: 'b' } })), '10.0.0.3:1 b');
  t.equal(formatter?.format(logEntry({ info: { upstreamHost: null, upstreamClusterStatName: '' } })), '- -');
});

t.test('path and query', async (t) => {
  const request = { ':path': '/rw?x=1', 'x-envoy-original-path': '/a/b?q=%41+b&q=2&empty&%6eame=v' };
  t.equal(
    line('%PATH%|%PATH(NQ)%|%PATH(WQ:PATH)%|%PATH(NQ:ORIG)%|%PATH(NQ):2%', { request }),
    '/a/b?q=%41+b&q=2&empty&%6eame=v|/a/b|/rw?x=1|/a/b|/a',
  );
  t.equal(line('%QUERY_PARAM(q)%|%QUERY_PARAM(empty)%|%QUERY_PARAM(name)%|%QUERY_PARAM(no)%', { request }), 'A+b||v|-');
  t.equal(line('%QUERY_PARAMS%|%QUERY_PARAMS(DECODED)%', { request: { ':path': '/?a=%20%41%22&b%zz' } }), 'a=%20%41%22&b%zz|a=%20A%22&bzz');
  t.equal(line('%QUERY_PARAMS(DECODED)%', { request: { ':path': '/?%%41&a%z' } }), 'A&a%z');
  t.equal(line('%PATH(NQ:ORIG)%|%QUERY_PARAMS%', { request: { ':path': '/p' } }), '-|-');
});

t.test('nothing that was decoded from the wire ends a line or a header', async (t) => {
  t.equal(line('%QUERY_PARAM(q)%', { request: { ':path': '/?q=a%0d%0aset-cookie:%20x%00' } }), 'a__set-cookie: x_');
  t.equal(line('%REQUESTED_SERVER_NAME%', { downstream: { serverName: 'a\r\nb"c' } }), 'a__b_c');
  t.equal(line('%UPSTREAM_TRANSPORT_FAILURE_REASON%', { info: { upstreamTransportFailure: 'TLS\nerror' } }), 'TLS_error');
  t.equal(line('%DYNAMIC_METADATA(f:k)%', { info: { metadata: new Map([['f', { k: 'a\nb' }]]) } }), 'a_b');
});

t.test('gRPC status of gRPC requests, from trailers, head or HTTP status', async (t) => {
  const format = '%GRPC_STATUS% %GRPC_STATUS(SNAKE_STRING)% %GRPC_STATUS(NUMBER)% %GRPC_STATUS_NUMBER%';
  const request = { 'content-type': 'application/grpc+proto' };
  t.equal(line(format, { request, trailers: { 'grpc-status': '4' } }), 'DeadlineExceeded DEADLINE_EXCEEDED 4 4');
  t.equal(line(format, { request, response: { 'grpc-status': '0' } }), 'OK OK 0 0');
  t.equal(line(format, { request, response: {}, info: { responseCode: 503 } }), 'Unavailable UNAVAILABLE 14 14');
  t.equal(line(format, { request, trailers: { 'grpc-status': '77' } }), '77 77 77 77');
  t.equal(line(format, { request: { 'content-type': 'application/grpc-web' } }), '- - - -');
});

t.test('dynamic metadata as text or as JSON', async (t) => {
  const info = { metadata: new Map([['my.ns', { s: 'foo', n: 3, o: { z: [1, 'a', true, null], b: 1.5e10 } }]]) };
  t.equal(line('%DYNAMIC_METADATA(my.ns)%', { info }), '{"n":3,"o":{"b":1.5e+10,"z":[1,"a",true,null]},"s":"foo"}');
  t.equal(
    line('%DYNAMIC_METADATA(my.ns:s)%|%METADATA(DYNAMIC:my.ns:n)%|%DYNAMIC_METADATA(my.ns:o:z)%', { info }),
    'foo|3|[1,"a",true,null]',
  );
  t.equal(line('%DYNAMIC_METADATA(my.ns:s):2%|%DYNAMIC_METADATA(my.ns:s:t)%|%DYNAMIC_METADATA(no)%', { info }), 'fo|-|-');
  t.equal(line('%DYNAMIC_METADATA(my.ns:constructor)%', { info }), '-');
});

t.test('filter state by name, quoted or plain', async (t) => {
  const key = new FilterStateKey<{ id: string }>('my.peer', (value) => value.id);
  const hidden = new FilterStateKey<string>('hidden');
  const info = {
    filterState: new Map<FilterStateKey<unknown>, unknown>([
      [key as FilterStateKey<unknown>, { id: 'a"b' }],
      [hidden as FilterStateKey<unknown>, 'x'],
    ]),
  };
  t.equal(
    line('%FILTER_STATE(my.peer)%|%FILTER_STATE(my.peer:PLAIN)%|%FILTER_STATE(hidden)%|%FILTER_STATE(none)%', { info }),
    '"a\\"b"|a"b|-|-',
  );
});

t.test('TLS of both sides', async (t) => {
  const side = {
    uriSans: ['spiffe://a', 'spiffe://b'],
    dnsSans: ['x'],
    subject: 'CN=a\nb',
    issuer: 'CN=ca',
    serial: '0f',
    sha256: 'ab',
    validFrom: Date.UTC(2026, 0, 1),
    validTo: Date.UTC(2027, 0, 1),
  };
  const tls = {
    version: 'TLSv1.3',
    cipher: 'TLS_AES_128_GCM_SHA256',
    alpn: '',
    sni: 'up',
    sessionId: '',
    peer: side,
    local: null,
    peerValidated: true,
  };
  t.equal(
    line(
      '%DOWNSTREAM_TLS_VERSION% %DOWNSTREAM_PEER_URI_SAN% %DOWNSTREAM_LOCAL_URI_SAN% %DOWNSTREAM_PEER_SUBJECT% %DOWNSTREAM_PEER_CERT_V_END(%Y)%',
      {
        downstream: { tls },
      },
    ),
    'TLSv1.3 spiffe://a,spiffe://b - CN=a_b 2027',
  );
  t.equal(
    line('%UPSTREAM_PEER_CERT_V_START% %UPSTREAM_SERVER_NAME% %UPSTREAM_TLS_SESSION_ID%', { info: { upstreamTls: tls } }),
    '2026-01-01T00:00:00.000Z up -',
  );
  t.equal(line('%DOWNSTREAM_PEER_URI_SAN% %UPSTREAM_PEER_CERT_V_START%'), '- -');
});

t.test('the server name, with the host to fall back on', async (t) => {
  const parts = { request: { ':authority': 'host:80', 'x-envoy-original-host': 'orig' } };
  t.equal(
    line('%REQUESTED_SERVER_NAME% %REQUESTED_SERVER_NAME(SNI_FIRST)% %REQUESTED_SERVER_NAME(HOST_FIRST:HOST)%', parts),
    '- orig host:80',
  );
  t.equal(line('%REQUESTED_SERVER_NAME(HOST_FIRST)%', { ...parts, downstream: { serverName: 'sni' } }), 'orig');
  t.equal(line('%REQUESTED_SERVER_NAME(SNI_FIRST)%', { ...parts, downstream: { serverName: 'sni' } }), 'sni');
});

t.test('the process', async (t) => {
  t.equal(line('%HOSTNAME% %ENVIRONMENT(HOME)% %ENVIRONMENT(HOME):3% %ENVIRONMENT(NOPE)%'), `${hostname()} /root /ro -`);
  t.match(line('%UNIQUE_ID%'), /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  t.not(line('%UNIQUE_ID%'), line('%UNIQUE_ID%'));
});

t.test('identities and the rest', async (t) => {
  t.equal(
    line('%CONNECTION_ID% %UPSTREAM_CONNECTION_ID% %STREAM_ID% %UPSTREAM_REQUEST_ATTEMPT_COUNT% %ACCESS_LOG_TYPE%'),
    '7 9 id-1 1 DownstreamEnd',
  );
  t.equal(line('%LOCAL_REPLY_BODY%|%CUSTOM_FLAGS%|%BYTES_RETRANSMITTED%', { localReplyBody: 'no route' }), 'no route||0');
  t.equal(line('%RESPONSE_FLAGS_LONG%', { info: { flags: FLAG.NoRouteFound | FLAG.DelayInjected } }), 'NoRouteFound,DelayInjected');
  t.equal(line('%RESPONSE_CODE_DETAILS%|%RESPONSE_CODE_DETAILS(ALLOW_WHITESPACES)%', { info: { responseCodeDetails: 'a b' } }), 'a_b|a b');
  t.equal(
    line('%COALESCE({"operators": ["ROUTE_NAME", {"command": "REQ", "param": ":authority", "max_length": 3}]})%', {
      info: { routeName: '' },
    }),
    'exa',
  );
});

t.test('names of the configuration are written as UTF-8, header bytes as they came', async (t) => {
  const text = line('é%ROUTE_NAME%%REQ(x)%', { info: { routeName: 'ü' }, request: { x: '\xff' } });
  t.same(Buffer.from(text, 'latin1'), Buffer.concat([Buffer.from('éü'), Buffer.from([0xff])]));
});

t.test('omit_empty_values prints nothing for what is not there', async (t) => {
  t.equal(line('[%REQ(NOPE)%] %PROTOCOL%', {}, true), '[] HTTP/1.1');
});

t.test('a format that cannot be honoured is refused with the operator and its column', async (t) => {
  const cases: [string, string][] = [
    ['ab %NOPE% c', 'format: %NOPE% at column 4: unknown operator'],
    ['%CEL(request.path)%', 'format: %CEL% at column 1: this operator is not supported'],
    ['%REQ%', 'format: %REQ% at column 1: takes a parameter'],
    ['%REQ()%', 'format: %REQ% at column 1: takes a parameter'],
    ['%REQ(a?b?c)%', 'format: %REQ% at column 1: has more than one alternative header in "a?b?c"'],
    ['%REQ(a b)%', 'format: %REQ% at column 1: "a b" is no header name'],
    ['100%', 'format: no operator begins at column 4: "%"; write %% for a percent sign'],
    ['%REQ(a', 'format: no operator begins at column 1: "%REQ(a"; write %% for a percent sign'],
    ['%req(a)%', 'format: no operator begins at column 1: "%req(a)%"; write %% for a percent sign'],
    ['%PROTOCOL(a)%', 'format: %PROTOCOL% at column 1: takes no parameters and no length'],
    ['%PROTOCOL:3%', 'format: %PROTOCOL% at column 1: takes no parameters and no length'],
    ['%START_TIME(%Y):3%', 'format: %START_TIME% at column 1: takes no length'],
    ['%START_TIME(%n)%', 'format: %START_TIME% at column 1: the format has a newline'],
    ['%COMMON_DURATION(a:b:c:d)%', 'format: %COMMON_DURATION% at column 1: takes FROM:TO:PRECISION, not "a:b:c:d"'],
    ['%COMMON_DURATION(a:b:xx)%', 'format: %COMMON_DURATION% at column 1: has no precision "xx", only ms, us and ns'],
    ['%CLUSTER_METADATA(a):3%', 'format: %CLUSTER_METADATA% at column 1: takes no length'],
    ['%METADATA(X:a)%', 'format: %METADATA% at column 1: has no kind of metadata "X"'],
    ['%FILTER_STATE(a:b)%', 'format: %FILTER_STATE% at column 1: has no option "b", only PLAIN and TYPED'],
    ['%PATH(XX)%', 'format: %PATH% at column 1: has no option "XX", only WQ and NQ'],
    ['%GRPC_STATUS(x)%', 'format: %GRPC_STATUS% at column 1: has no option "x", only CAMEL_STRING, SNAKE_STRING and NUMBER'],
    [
      '%REQ_WITHOUT_QUERY(:PATH)%',
      'format: %REQ_WITHOUT_QUERY% at column 1: unknown operator; add the formatter envoy.formatter.req_without_query, or use %PATH(NQ)%',
    ],
    ['%COALESCE({"operators":["NOPE"]})%', 'format: %NOPE% at column 1: unknown operator'],
  ];
  for (const [format, problem] of cases) t.equal(line(format), `refused: ${problem}`, format);
  t.equal(
    line('%A%%B%'),
    'refused: format: %A% at column 1: unknown operator; format: %B% at column 4: unknown operator',
    'all of them at once',
  );
  t.match(line('%COALESCE({)%'), /^refused: format: %COALESCE% at column 1: the parameter is no JSON: /);
});

t.test('metadata of the configuration', async (t) => {
  const described = (name: string) => ({ metadata: { ns: { k: name, o: { n: 1.5 }, z: null } } });
  const parts: EntryParts = {
    downstream: { listenerMetadata: described('listener').metadata, filterChainMetadata: described('chain').metadata },
    info: {
      route: { ...described('route'), virtualHost: described('vh') },
      cluster: described('cluster'),
      host: { address: ipAddress('10.0.0.2', 8080), hostname: '', metadata: new Map([['ns', { k: 'host' }]]) },
    },
  };
  const kinds = {
    ROUTE: 'route',
    VIRTUAL_HOST: 'vh',
    CLUSTER: 'cluster',
    UPSTREAM_HOST: 'host',
    LISTENER: 'listener',
    LISTENER_FILTER_CHAIN: 'chain',
  };
  for (const [kind, name] of Object.entries(kinds))
    t.equal(line(`%METADATA(${kind}:ns:k)% %METADATA(${kind}:ns:k):2%`, parts), `${name} ${name.slice(0, 2)}`);
  t.equal(
    line('%CLUSTER_METADATA(ns:o)% %UPSTREAM_METADATA(ns)% %METADATA(ROUTE:no)% %METADATA(ROUTE:ns:z)%', parts),
    '{"n":1.5} {"k":"host"} - -',
  );
  t.equal(line('%CLUSTER_METADATA(ns)% %METADATA(ROUTE:ns)%'), '- -');
});

t.test('addresses, sizes and times of the connection itself', async (t) => {
  const parts: EntryParts = { downstream: { directLocalAddress: ipAddress('10.0.0.9', 15006), handshakeEnd: 995.5 } };
  t.equal(
    line('%DOWNSTREAM_DIRECT_LOCAL_ADDRESS% %DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT(8)% %DOWNSTREAM_DIRECT_LOCAL_PORT%', parts),
    '10.0.0.9:15006 10.0.0.0/8 15006',
  );
  t.equal(line('%DOWNSTREAM_DIRECT_LOCAL_ADDRESS% %DOWNSTREAM_HANDSHAKE_DURATION%'), '127.0.0.1:15001 -');
  t.equal(line('%DOWNSTREAM_HANDSHAKE_DURATION%', parts), '-4');
  t.equal(line('%DOWNSTREAM_HANDSHAKE_DURATION%', { ...parts, info: { protocol: '' } }), '-');
  t.equal(line('%REQUEST_HEADERS_BYTES% %RESPONSE_TRAILERS_BYTES%', { request: { ':method': 'GET', a: 'bc' } }), '13 0');
  t.equal(line('%COMMON_DURATION(DS_CX_BEG:DS_CX_END:ms)%'), '-', 'of a stream, not of a connection');
  t.equal(line('%COMMON_DURATION(DS_CX_BEG:DS_CX_END:ms)%', { info: { protocol: '' } }), '12');
});

t.test('hosts that were tried, and how connections ended', async (t) => {
  const host = (port: number, hostname: string) => ({ address: ipAddress('10.0.0.2', port), hostname });
  const tcp: EntryParts = {
    request: null,
    info: { protocol: '', cluster: {}, triedHosts: [host(1, ''), host(2, 'b.example:2')], host: host(3, '') },
  };
  const all =
    '%UPSTREAM_HOSTS_ATTEMPTED% %UPSTREAM_HOSTS_ATTEMPTED_WITHOUT_PORT% %UPSTREAM_HOST_NAMES_ATTEMPTED% %UPSTREAM_HOST_NAMES_ATTEMPTED_WITHOUT_PORT%';
  t.equal(
    line(all, tcp),
    '10.0.0.2:1,10.0.0.2:2,10.0.0.2:3 10.0.0.2,10.0.0.2,10.0.0.2 10.0.0.2:1,b.example:2,10.0.0.2:3 10.0.0.2,b.example,10.0.0.2',
  );
  t.equal(line(all, { info: { host: host(3, '') } }), '10.0.0.2:3 10.0.0.2 10.0.0.2:3 10.0.0.2', 'HTTP');
  t.equal(line(all, { info: { host: host(3, ''), upstreamLocalAddress: null } }), '- - - -', 'HTTP without a connection');
  const ends =
    '%DOWNSTREAM_DETECTED_CLOSE_TYPE% %UPSTREAM_DETECTED_CLOSE_TYPE% %DOWNSTREAM_LOCAL_CLOSE_REASON% %UPSTREAM_LOCAL_CLOSE_REASON%';
  const ended = (info: Partial<StreamInfo>) => line(ends, { ...tcp, info: { ...tcp.info, ...info } });
  t.equal(ended({}), 'Normal Normal - -');
  t.equal(ended({ resetByClient: true }), 'RemoteReset Normal - -');
  t.equal(ended({ flags: FLAG.UpstreamRemoteReset }), 'LocalReset RemoteReset - -');
  t.equal(ended({ flags: FLAG.UpstreamConnectionFailure | FLAG.UpstreamRetryLimitExceeded }), 'Normal Normal tcp_initializion_failure:0 -');
  t.equal(line(ends), 'Normal - - -');
  t.match(line('%STREAM_ID%', { ...tcp, info: { ...tcp.info, requestId: '' } }), /^[0-9a-f-]{36}$/);
  t.equal(line('%STREAM_ID%', { info: { requestId: '', protocol: '' } }), '-', 'nobody proxies it');
});

t.test('bytes of both sides, and of several attempts', async (t) => {
  const meter = (n: number) => ({ wireBytesReceived: n, wireBytesSent: 2 * n, headBytesReceived: 3 * n, headBytesSent: 4 * n });
  const format = ['WIRE', 'HEADER', 'DECOMPRESSED_HEADER']
    .map((kind) => `%UPSTREAM_${kind}_BYTES_RECEIVED% %UPSTREAM_${kind}_BYTES_SENT%`)
    .join(' ');
  t.equal(line(format), '0 0 0 0 0 0');
  t.equal(line(format, { info: { upstreamMeter: meter(1) } }), '1 2 3 4 3 4');
  t.equal(line(format, { request: { a: 'b' }, info: { upstreamMeter: { ...meter(1), plainBytesReceived: 9 } } }), '1 2 3 4 9 2', 'HTTP/2');
  t.equal(
    line('%UPSTREAM_WIRE_BYTES_SENT% %UPSTREAM_HEADER_BYTES_RECEIVED%', { info: { upstreamMeter: new MeterSum(meter(1), meter(10)) } }),
    '22 33',
  );
});

t.test('how long a connection took to come', async (t) => {
  const info = {
    attemptStart: 0,
    attemptReady: 2500,
    upstreamBodyStart: 11500,
    upstreamMeter: { connection: { connectStart: 1000, connectEnd: 1001, secureEnd: 1002 } },
  };
  const format =
    '%UPSTREAM_CONNECTION_POOL_READY_DURATION% %COMMON_DURATION(US_CX_BEG:US_CX_END:us)% %COMMON_DURATION(US_CX_END:US_HS_END:ms)% %COMMON_DURATION(US_RX_BODY_BEG:US_RX_END:us)%';
  t.equal(line(format, { info }), '2 1000 1 500');
  t.equal(line(format), '- - - -');
});

t.test('REQ_WITHOUT_QUERY is there when its formatter is', async (t) => {
  const names = { ...formatNames, extra: new Set(['REQ_WITHOUT_QUERY']) };
  const formatter = compileFormat('%REQ_WITHOUT_QUERY(X-ENVOY-ORIGINAL-PATH?:PATH)% %REQ_WITHOUT_QUERY(nope)%', new Problems(), names);
  t.equal(formatter?.format(logEntry()), '/a -');
});

t.test('everything that a certificate says', (t) => {
  const side = {
    uriSans: [],
    dnsSans: [],
    emailSans: ['me@a'],
    ipSans: ['10.0.0.1', '::1'],
    otherNameSans: ['upn'],
    subject: '',
    issuer: '',
    serial: '0f',
    sha256: 'ab',
    sha1: 'cd',
    validFrom: 0,
    validTo: 0,
    pem: '-----BEGIN X-----\na+/=\n',
  };
  const tls = {
    version: '',
    cipher: '',
    alpn: '',
    sni: '',
    group: 'X25519',
    sessionId: '',
    peer: side,
    peerChain: [side, { ...side, serial: '02', sha256: 'ef', sha1: '01' }],
    local: side,
    peerValidated: true,
  };
  const peer = '%DOWNSTREAM_PEER_EMAIL_SAN% %DOWNSTREAM_PEER_IP_SAN% %DOWNSTREAM_PEER_OTHERNAME_SAN% %DOWNSTREAM_PEER_FINGERPRINT_1%';
  t.equal(line(peer, { downstream: { tls } }), 'me@a 10.0.0.1,::1 upn cd');
  const local = '%DOWNSTREAM_LOCAL_EMAIL_SAN% %DOWNSTREAM_LOCAL_IP_SAN% %DOWNSTREAM_LOCAL_OTHERNAME_SAN% %DOWNSTREAM_TLS_GROUP%';
  t.equal(line(local, { downstream: { tls } }), 'me@a 10.0.0.1,::1 upn X25519');
  const chain = '%DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_1% %DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_256% %DOWNSTREAM_PEER_CHAIN_SERIALS%';
  t.equal(line(chain, { downstream: { tls } }), 'cd,01 ab,ef 0f,02');
  t.equal(line('%DOWNSTREAM_PEER_CERT%', { downstream: { tls } }), '-----BEGIN%20X-----%0Aa%2B%2F%3D%0A');
  t.equal(
    line('%UPSTREAM_PEER_IP_SAN% %UPSTREAM_LOCAL_IP_SAN% %UPSTREAM_TLS_GROUP%', { info: { upstreamTls: tls } }),
    '10.0.0.1,::1 10.0.0.1,::1 X25519',
  );
  t.equal(line('%DOWNSTREAM_TRANSPORT_FAILURE_REASON%', { info: { downstreamTransportFailure: 'a b' } }), 'a_b');
  t.equal(line(`${chain} %DOWNSTREAM_PEER_CERT%`), '- - - -');
  t.end();
});
