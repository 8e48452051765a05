import { execFile } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { serveHttp1Tls } from '../../bench/backend/http1.ts';
import { makeCertificates } from '../../bench/core/certificates.ts';
import { findCommand } from '../../bench/core/find.ts';
import type { LoadPlan, LoadResult } from '../../bench/model.ts';

const PLAN: LoadPlan = {
  protocol: 'h1',
  method: 'GET',
  path: '/',
  connections: 2,
  streams: 1,
  bodyBytes: 0,
  replyBytes: 1024,
  tls: true,
};

const missing = findCommand('openssl') === null ? 'the openssl command is missing' : false;

for (const handshakes of [false, true]) {
  t.test(`the TLS client and service of the benchmark understand each other, handshakes ${handshakes}`, { skip: missing }, async (t) => {
    const folder = makeCertificates(t.testdir());
    const server = await serveHttp1Tls(1024, 0, folder);
    t.teardown(() => server.close());
    const { port } = server.address() as AddressInfo;
    const client = join(import.meta.dirname, '../../bench/load/h1-tls.ts');
    const args = [client, JSON.stringify({ ...PLAN, handshakes }), String(port), '0.3', folder];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const result = JSON.parse(stdout) as LoadResult;
    t.equal(result.errors, 0);
    t.ok(result.requests > 4, `${result.requests} requests`);
  });
}
