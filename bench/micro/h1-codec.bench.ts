/**
 * The HTTP/1.1 codec on the way of one request through the proxy: read a request of 10 fields, write it, read a response of 8 fields,
 * write it. Path, request id, trace context and lengths are new every time, the rest repeats, as on a mesh.
 */

import { H1ClientConnection } from '../../src/http/h1/client.ts';
import { HeadInput } from '../../src/http/h1/head-input.ts';
import { CHUNKED, HeadWriter, NO_LENGTH, NO_OPTION } from '../../src/http/h1/head-writer.ts';
import { RequestHead } from '../../src/http/h1/request-head.ts';
import { ResponseHead } from '../../src/http/h1/response-head.ts';
import { H1ServerConnection } from '../../src/http/h1/server.ts';
import { CLIENT_DEFAULTS, SERVER_DEFAULTS } from '../../src/http/h1/settings.ts';
import { Headers } from '../../src/http/headers.ts';
import type { Connection } from '../../src/net/connection.ts';
import { hex, Relay, Sink, VARIANTS } from './codec-relay.ts';
import type { Micro } from './harness.ts';

/** All sockets of a worker are read into one block. */
const block = Buffer.allocUnsafeSlow(65536);
let used = 0;

function bytes(lines: readonly string[], body = ''): Buffer {
  const from = used;
  used += block.latin1Write(`${lines.join('\r\n')}\r\n\r\n${body}`, used);
  return block.subarray(from, used);
}

const requests = Array.from({ length: VARIANTS }, (_, i) =>
  bytes([
    `GET /reviews/${i}?page=${i} HTTP/1.1`,
    'Host: reviews.default.svc.cluster.local:9080',
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64) bench/1.0',
    'Accept: application/json, text/plain, */*',
    'Accept-Encoding: gzip, deflate, br',
    'Connection: keep-alive',
    `X-Request-Id: 6f1d2f3a-1f0b-4b7e-9b0e-${hex(12, i)}`,
    `Traceparent: 00-${hex(32, i)}-${hex(16, i)}-01`,
    'Content-Type: application/json',
    'X-Forwarded-Proto: http',
    'X-Tenant: blue',
  ]),
);

const responses = Array.from({ length: VARIANTS }, (_, i) =>
  bytes(
    [
      'HTTP/1.1 200 OK',
      'Content-Type: application/json; charset=utf-8',
      'Content-Length: 10',
      'Date: Sat, 21 Nov 2026 10:00:00 GMT',
      'Server: istio-envoy',
      'Vary: Accept-Encoding',
      'Cache-Control: no-cache, no-store',
      `X-Envoy-Upstream-Service-Time: ${i}`,
      'Connection: keep-alive',
    ],
    '0123456789',
  ),
);

const sink = new Sink();
const connection = sink as unknown as Connection;
const input = new HeadInput();
const requestHead = new RequestHead();
const responseHead = new ResponseHead();
const writer = new HeadWriter();

function readRequest(i: number): Headers {
  const data = requests[i % VARIANTS] as Buffer;
  const headers = new Headers();
  input.find(data, 0, data.length);
  requestHead.read(input, 0, headers, SERVER_DEFAULTS, false);
  return headers;
}

function readResponse(i: number): Headers {
  const data = responses[i % VARIANTS] as Buffer;
  const headers = new Headers();
  input.find(data, 0, data.length);
  responseHead.read(input, 0, headers, CLIENT_DEFAULTS);
  return headers;
}

const readRequests = Array.from({ length: VARIANTS }, (_, i) => readRequest(i));
const readResponses = Array.from({ length: VARIANTS }, (_, i) => readResponse(i));

const relay = new Relay();
const server = new H1ServerConnection(connection, relay, SERVER_DEFAULTS);
const client = new H1ClientConnection(connection, relay, CLIENT_DEFAULTS);
relay.client = client;

export default {
  name: 'HTTP/1.1 codec',
  cases: [
    {
      name: 'exchange: both codecs, both ways',
      run(times) {
        for (let i = 0; i < times; i++) {
          const request = requests[i % VARIANTS] as Buffer;
          const response = responses[i % VARIANTS] as Buffer;
          server.onData(request, 0, request.length);
          client.onData(response, 0, response.length);
        }
        return relay.count;
      },
    },
    {
      name: 'read a request of 10 fields',
      run(times) {
        let sum = 0;
        for (let i = 0; i < times; i++) sum += readRequest(i).count;
        return sum;
      },
    },
    {
      name: 'write it',
      run(times) {
        let sum = 0;
        for (let i = 0; i < times; i++) {
          sink.outAt = 0;
          sum += writer.request(connection, readRequests[i % VARIANTS] as Headers, NO_LENGTH);
        }
        return sum;
      },
    },
    {
      name: 'read a response of 8 fields',
      run(times) {
        let sum = 0;
        for (let i = 0; i < times; i++) sum += readResponse(i).count;
        return sum;
      },
    },
    {
      name: 'write it',
      run(times) {
        let sum = 0;
        for (let i = 0; i < times; i++) {
          sink.outAt = 0;
          sum += writer.response(connection, readResponses[i % VARIANTS] as Headers, false, NO_OPTION, CHUNKED, true);
        }
        return sum;
      },
    },
  ],
} satisfies Micro;
