/** What a line of the access log costs to put together, before it is written. */

import { Problems } from '../../src/base/errors.ts';
import { pinName } from '../../src/http/header-name.ts';
import { Field, Headers } from '../../src/http/headers.ts';
import type { LogEntry } from '../../src/telemetry/access-log.ts';
import { compileFormat, type Formatter } from '../../src/telemetry/format/compile.ts';
import { compileJsonFormat } from '../../src/telemetry/format/json-format.ts';
import { DEFAULT_FORMAT } from '../../src/telemetry/format/predefined.ts';
import { logEntry } from '../../test/support/log-entry.ts';
import type { Micro } from './harness.ts';

const ISTIO_FORMAT =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% ' +
  '%CONNECTION_TERMINATION_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" %BYTES_RECEIVED% %BYTES_SENT% %DURATION% ' +
  '%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" ' +
  '"%UPSTREAM_HOST%" %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% ' +
  '%REQUESTED_SERVER_NAME% %ROUTE_NAME%\n';

const names = { header: pinName, environment: () => undefined };

/** As the codec leaves it: pinned names, a fresh string for the path. */
function requests(): LogEntry[] {
  return Array.from({ length: 64 }, (_, i) => {
    const request = new Headers();
    request.method = 'GET';
    request.path = `/productpage?id=${i}`;
    request.authority = 'productpage.default.svc.cluster.local:9080';
    for (const [name, value] of [
      ['accept', '*/*'],
      ['user-agent', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36'],
      ['x-forwarded-proto', 'http'],
      ['x-request-id', `5f8c7b3e-1d2a-4f6b-9c8d-0e1f2a3b4c${(16 + i).toString(16)}`],
    ] as const) {
      request.append(new Field(pinName(name), value, -1, false));
    }
    const response = new Headers();
    response.status = 200;
    response.append(new Field(pinName('content-type'), 'text/html', -1, false));
    response.append(new Field(pinName('x-envoy-upstream-service-time'), String(i), -1, false));
    const { info } = logEntry({
      info: { bytesSent: 4183 + i, routeName: 'default', upstreamCluster: 'outbound|9080||productpage.default.svc.cluster.local' },
    });
    info.startWall += i;
    info.end += i;
    return { info, requestHeaders: request, responseHeaders: response, responseTrailers: null, localReplyBody: '' };
  });
}

const entries = requests();
const target = Buffer.alloc(65536);

/** Puts lines together and into a buffer, as the file logger does. */
function lines(formatter: Formatter | null): (times: number) => unknown {
  return (times) => {
    let at = 0;
    for (let i = 0; i < times; i++) {
      const line = formatter?.format(entries[i & 63] as LogEntry) ?? '';
      if (at + line.length > target.length) at = 0;
      at += target.latin1Write(line, at);
    }
    return at;
  };
}

const json = {
  start: '%START_TIME%',
  method: '%REQ(:METHOD)%',
  path: '%REQ(:PATH)%',
  code: '%RESPONSE_CODE%',
  agent: '%REQ(USER-AGENT)%',
  ms: '%DURATION%',
};

export default {
  name: 'access-log line',
  cases: [
    { name: "Envoy's default format", run: lines(compileFormat(DEFAULT_FORMAT, new Problems(), names)) },
    { name: "Istio's format", run: lines(compileFormat(ISTIO_FORMAT, new Problems(), names)) },
    { name: 'JSON, six fields', run: lines(compileJsonFormat(json, new Problems(), names)) },
  ],
} satisfies Micro;
