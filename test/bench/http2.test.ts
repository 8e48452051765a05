import { execFile } from 'node:child_process';
import { connect } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { replyTemplate, serveHttp2 } from '../../bench/backend/http2.ts';
import { integer, requestTemplates } from '../../bench/load/mesh-headers.ts';
import type { LoadPlan, LoadResult } from '../../bench/model.ts';

const PLAN: LoadPlan = {
  protocol: 'h2',
  method: 'GET',
  path: '/reviews',
  connections: 2,
  streams: 3,
  bodyBytes: 0,
  replyBytes: 1024,
  meshHeaders: true,
};

t.test('integers follow the examples of RFC 7541, C.1', async (t) => {
  t.same(integer(10, 5, 0), [10]);
  t.same(integer(1337, 5, 0), [31, 154, 10]);
  t.same(integer(42, 8, 0), [42]);
});

t.test('what differs from request to request is where the template says', async (t) => {
  const { first, later } = requestTemplates(PLAN);
  for (const template of [first, later]) {
    t.equal(template.uniqueAt.length, 3);
    for (const at of template.uniqueAt) t.equal(template.bytes.toString('latin1', at, at + 8), '00000000');
  }
  t.ok(later.bytes.length < first.bytes.length / 2, 'repeated fields travel as one byte each');
});

t.test('a reply of 40 KiB with trailers is cut into frames whose stream ids can be patched', async (t) => {
  const { bytes, streamIdAt } = replyTemplate(40_960, true);
  const types: number[] = [];
  for (let at = 0; at < bytes.length; at += 9 + bytes.readUIntBE(at, 3)) {
    t.equal(streamIdAt[types.length], at + 5);
    types.push(bytes[at + 3] ?? -1);
  }
  t.same(types, [1, 0, 0, 0, 1]);
});

t.test('the client and the service of the benchmark understand each other', async (t) => {
  const server = await serveHttp2(1024, false, 0);
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const client = join(import.meta.dirname, '../../bench/load/h2.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [client, JSON.stringify(PLAN), String(port), '0.2']);
  const result = JSON.parse(stdout) as LoadResult;
  t.equal(result.errors, 0);
  t.ok(result.requests > 6, `${result.requests} requests`);
});

t.test('an open loop sends at its rate and counts what it sends', async (t) => {
  const server = await serveHttp2(1024, false, 0);
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const client = join(import.meta.dirname, '../../bench/load/h2.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [client, JSON.stringify({ ...PLAN, rate: 200 }), String(port), '0.5']);
  const result = JSON.parse(stdout) as LoadResult;
  t.equal(result.errors, 0);
  t.ok(result.requests > 50 && result.requests <= 100, `${result.requests} requests at 200/s in half a second`);
});

t.test('replies larger than a stream’s window wait for credit', async (t) => {
  const server = await serveHttp2(200_000, false, 0);
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const session = connect(`http://127.0.0.1:${port}`, { settings: { initialWindowSize: 70_000 } });
  t.teardown(() => session.close());
  let bytes = 0;
  const stream = session.request({ ':path': '/' });
  for await (const chunk of stream) bytes += (chunk as Buffer).length;
  t.equal(bytes, 200_000);
});
