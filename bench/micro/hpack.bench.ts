/**
 * HPACK on the headers of a mesh: a request of 15 fields whose path, request id and trace ids are new every time, and a response of 8. What was
 * read is written again, as a proxy between two HTTP/2 connections does.
 */

import { shareField } from '../../src/http/field-pool.ts';
import { BLOCK_REQUEST, BLOCK_RESPONSE, HpackDecoder } from '../../src/http/h2/hpack/decoder.ts';
import { HpackEncoder } from '../../src/http/h2/hpack/encoder.ts';
import { pinName } from '../../src/http/header-name.ts';
import { Headers } from '../../src/http/headers.ts';
import type { Micro } from './harness.ts';

const VARIANTS = 64;
const LIMITS = { maxBytes: 60 * 1024, maxCount: 100 };
const hex = (n: number, i: number): string => (BigInt(i + 1) * 0x9e3779b97f4a7c15n).toString(16).padStart(n, '7').slice(-n);

function request(i: number): Headers {
  const headers = new Headers();
  headers.method = 'GET';
  headers.scheme = 'http';
  headers.authority = 'reviews.default.svc.cluster.local:9080';
  headers.path = `/reviews/${i}?page=${i}`;
  const fields: [string, string][] = [
    ['user-agent', 'Mozilla/5.0 (X11; Linux x86_64) bench/1.0'],
    ['accept', 'application/json, text/plain, */*'],
    ['accept-encoding', 'gzip, deflate, br'],
    ['accept-language', 'en-US,en;q=0.9'],
    ['x-request-id', `6f1d2f3a-1f0b-4b7e-9b0e-${hex(12, i)}`],
    ['x-b3-traceid', hex(32, i)],
    ['x-b3-spanid', hex(16, i)],
    ['x-b3-sampled', '1'],
    ['x-forwarded-proto', 'http'],
    ['x-envoy-decorator-operation', 'reviews.default.svc.cluster.local:9080/*'],
    ['content-type', 'application/json'],
  ];
  for (const [name, value] of fields) headers.append(shareField(pinName(name), value));
  return headers;
}

function response(i: number): Headers {
  const headers = new Headers();
  headers.status = 200;
  const fields: [string, string][] = [
    ['content-type', 'application/json; charset=utf-8'],
    ['content-length', String(1000 + i)],
    ['date', 'Sat, 21 Nov 2026 10:00:00 GMT'],
    ['server', 'istio-envoy'],
    ['vary', 'Accept-Encoding'],
    ['cache-control', 'no-cache, no-store'],
    ['x-envoy-upstream-service-time', String(i)],
  ];
  for (const [name, value] of fields) headers.append(shareField(pinName(name), value));
  return headers;
}

/** Blocks as a peer sends them that has been connected for a while, and what was read of them. */
function blocksOf(make: (i: number) => Headers, of: typeof BLOCK_REQUEST | typeof BLOCK_RESPONSE, huffman: boolean) {
  const peer = new HpackEncoder(huffman);
  const decoder = new HpackDecoder();
  const out = Buffer.alloc(4096);
  const blocks: Buffer[] = [];
  const messages: Headers[] = [];
  for (let i = 0; i < 2 * VARIANTS; i++) {
    const block = Buffer.from(out.subarray(0, peer.encode(make(i % VARIANTS), out, 0)));
    const headers = new Headers();
    decoder.decode(block, 0, block.length, headers, of, LIMITS);
    blocks[i % VARIANTS] = block;
    messages[i % VARIANTS] = headers;
  }
  return { blocks, messages, decoder };
}

const requests = blocksOf(request, BLOCK_REQUEST, false);
const coded = blocksOf(request, BLOCK_REQUEST, true);
const responses = blocksOf(response, BLOCK_RESPONSE, false);
const requestEncoder = new HpackEncoder();
const responseEncoder = new HpackEncoder();
const target = Buffer.alloc(16384);

function decodeAll(set: ReturnType<typeof blocksOf>, of: typeof BLOCK_REQUEST | typeof BLOCK_RESPONSE): (times: number) => unknown {
  return (times) => {
    let sum = 0;
    for (let i = 0; i < times; i++) {
      const block = set.blocks[i % VARIANTS] as Buffer;
      const headers = new Headers();
      set.decoder.decode(block, 0, block.length, headers, of, LIMITS);
      sum += headers.count;
    }
    return sum;
  };
}

function encodeAll(set: ReturnType<typeof blocksOf>, encoder: HpackEncoder): (times: number) => unknown {
  return (times) => {
    let sum = 0;
    for (let i = 0; i < times; i++) sum += encoder.encode(set.messages[i % VARIANTS] as Headers, target, 0);
    return sum;
  };
}

export default {
  name: 'HPACK',
  cases: [
    { name: 'read a request of 15 fields', run: decodeAll(requests, BLOCK_REQUEST) },
    { name: 'read it, Huffman-coded', run: decodeAll(coded, BLOCK_REQUEST) },
    { name: 'write it', run: encodeAll(requests, requestEncoder) },
    { name: 'read a response of 8 fields', run: decodeAll(responses, BLOCK_RESPONSE) },
    { name: 'write it', run: encodeAll(responses, responseEncoder) },
  ],
} satisfies Micro;
