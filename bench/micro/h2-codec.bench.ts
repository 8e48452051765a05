/**
 * The HTTP/2 codec on the way of one request through the proxy: read a request of 14 fields, write it, read a response of 8 fields and
 * 1 KiB, write it. Path, request id, trace context and times are new every time, the rest repeats, as on a mesh.
 */
import { internField } from '../../src/http/field-pool.ts';
import { H2ClientConnection } from '../../src/http/h2/client.ts';
import { PREFACE } from '../../src/http/h2/frames.ts';
import { HpackEncoder } from '../../src/http/h2/hpack/encoder.ts';
import { H2ServerConnection } from '../../src/http/h2/server.ts';
import { H2_CLIENT_DEFAULTS, H2_SERVER_DEFAULTS } from '../../src/http/h2/settings.ts';
import { pinName } from '../../src/http/header-name.ts';
import { Headers } from '../../src/http/headers.ts';
import type { Connection } from '../../src/net/connection.ts';
import type { StatGroup } from '../../src/telemetry/stats.ts';
import { hex, Relay, Sink, VARIANTS } from './codec-relay.ts';
import type { Micro } from './harness.ts';

const BODY = Buffer.alloc(1024, 'x');

const slots = new Float64Array(64);
const stats = {
  inc: (slot: number) => {
    (slots[slot] as number)++;
  },
  dec: (slot: number) => {
    (slots[slot] as number)--;
  },
  add: (slot: number, n: number) => {
    (slots[slot] as number) += n;
  },
} as unknown as StatGroup;

function add(headers: Headers, pairs: readonly (readonly [string, string])[]): Headers {
  for (const [name, value] of pairs) {
    internField(pinName(name), value);
    headers.append(internField(pinName(name), value));
  }
  return headers;
}

function request(i: number): Headers {
  const headers = new Headers();
  headers.method = 'GET';
  headers.scheme = 'http';
  headers.authority = 'reviews.default.svc.cluster.local:9080';
  headers.path = `/reviews/${i}?page=${i}`;
  return add(headers, [
    ['user-agent', 'Mozilla/5.0 (X11; Linux x86_64) bench/1.0'],
    ['accept', 'application/json, text/plain, */*'],
    ['accept-encoding', 'gzip, deflate, br'],
    ['x-request-id', `6f1d2f3a-1f0b-4b7e-9b0e-${hex(12, i)}`],
    ['traceparent', `00-${hex(32, i)}-${hex(16, i)}-01`],
    ['content-type', 'application/json'],
    ['x-forwarded-proto', 'http'],
    ['x-forwarded-for', '10.1.2.3'],
    ['x-envoy-attempt-count', '1'],
    ['x-tenant', 'blue'],
  ]);
}

function response(i: number): Headers {
  const headers = new Headers();
  headers.status = 200;
  return add(headers, [
    ['content-type', 'application/json; charset=utf-8'],
    ['content-length', '1024'],
    ['date', 'Sat, 21 Nov 2026 10:00:00 GMT'],
    ['server', 'istio-envoy'],
    ['vary', 'Accept-Encoding'],
    ['cache-control', 'no-cache, no-store'],
    ['x-envoy-upstream-service-time', `${i}`],
  ]);
}

const EMPTY_SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
const ACK = Buffer.from([0, 0, 0, 4, 1, 0, 0, 0, 0]);

/** Frames of a peer in one block, as sockets read them; the id of the stream is written in for each exchange. */
class Peer {
  readonly block = Buffer.allocUnsafeSlow(65536);
  private readonly encoder = new HpackEncoder();

  /** A HEADERS frame (and DATA of `body`): returns where it ends. */
  write(headers: Headers, body: Buffer | null, id: number): number {
    const { block } = this;
    const end = this.encoder.encode(headers, block, 9);
    header(block, 0, end - 9, 1, body === null ? 5 : 4, id);
    if (body === null) return end;
    header(block, end, body.length, 0, 1, id);
    body.copy(block, end + 9);
    return end + 9 + body.length;
  }
}

function header(block: Buffer, at: number, length: number, type: number, flags: number, id: number): void {
  block.writeUIntBE(length, at, 3);
  block[at + 3] = type;
  block[at + 4] = flags;
  block.writeUInt32BE(id, at + 5);
}

const requests = Array.from({ length: VARIANTS }, (_, i) => request(i));
const responses = Array.from({ length: VARIANTS }, (_, i) => response(i));
const windowUpdate = Buffer.from([0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 1, 0, 0]);

/** Both codecs and their peers; a new one when the ids are used up. */
class Exchange {
  private readonly near = new Sink();
  private readonly far = new Sink();
  private readonly relay = new Relay();
  private readonly server: H2ServerConnection;
  private readonly client: H2ClientConnection;
  private readonly caller = new Peer();
  private readonly service = new Peer();
  private id = 1;

  constructor() {
    const near = this.near as unknown as Connection;
    const far = this.far as unknown as Connection;
    this.server = new H2ServerConnection(near, this.relay, H2_SERVER_DEFAULTS, stats);
    this.client = new H2ClientConnection(far, this.relay as never, H2_CLIENT_DEFAULTS, stats);
    this.relay.client = this.client;
    const hello = Buffer.concat([PREFACE, EMPTY_SETTINGS, ACK]);
    this.server.onData(hello, 0, hello.length);
    this.client.onData(EMPTY_SETTINGS, 0, EMPTY_SETTINGS.length);
    this.client.onData(ACK, 0, ACK.length);
  }

  run(times: number): number {
    const { server, client, near, far } = this;
    for (let i = 0; i < times; i++) {
      const id = this.id;
      this.id += 2;
      near.dispatcher.turnNumber = i;
      far.dispatcher.turnNumber = i;
      server.onData(this.caller.block, 0, this.caller.write(requests[i % VARIANTS] as Headers, null, id));
      client.onData(this.service.block, 0, this.service.write(responses[i % VARIANTS] as Headers, BODY, id));
      if ((id & 127) === 127) server.onData(windowUpdate, 0, windowUpdate.length);
    }
    return this.relay.count;
  }
}

const exchange = new Exchange();
const peerOnly = new Peer();

export default {
  name: 'HTTP/2 codec',
  cases: [
    { name: 'exchange: both codecs, both ways, and both peers', run: (times) => exchange.run(times) },
    {
      name: 'of which the peers',
      run(times) {
        let sum = 0;
        for (let i = 0; i < times; i++) {
          sum += peerOnly.write(requests[i % VARIANTS] as Headers, null, i);
          sum += peerOnly.write(responses[i % VARIANTS] as Headers, BODY, i);
        }
        return sum;
      },
    },
  ],
} satisfies Micro;
