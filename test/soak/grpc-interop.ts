/**
 * 10,000 calls of gRPC's interop soak through two proxies in a row, over connections that come and go on every hop: none fails.
 * `rpc_soak` shares one channel, `channel_soak` opens one for each call; both proxies and their clusters retire connections.
 */
import t from 'tap';
import { grpcGo, type Programs, runCase, startServer } from '../interop/grpc-go.ts';
import { httpListener, staticCluster } from '../support/bootstrap.ts';
import { startChild } from '../support/child-proxy.ts';
import { protocolOptions } from '../support/http2-bootstrap.ts';

const KIND = process.env['SOAK_PROXY'] === 'outrigger' ? 'outrigger' : 'built';
const CALLS = Number(process.env['SOAK_CALLS'] ?? 10_000);

/** Streams that a connection serves before it is retired. Between the proxies the server's side is first, at the service the client's. */
const DOWNSTREAM_STREAMS = 61;
const UPSTREAM_STREAMS = 97;

function hop(port: number): object {
  const manager = { common_http_protocol_options: { max_requests_per_connection: DOWNSTREAM_STREAMS } };
  const cluster = {
    ...staticCluster('app', port),
    ...protocolOptions({
      explicit_http_config: { http2_protocol_options: {} },
      common_http_protocol_options: { max_requests_per_connection: UPSTREAM_STREAMS },
    }),
  };
  return { static_resources: { listeners: [httpListener('in', 'app', { manager })], clusters: [cluster] } };
}

interface Run {
  readonly name: 'rpc_soak' | 'channel_soak';
  readonly share: number;
  readonly threads: number;
  /** Bytes of requests and of responses. */
  readonly bytes: readonly [number, number];
}

const RUNS: readonly Run[] = [
  { name: 'rpc_soak', share: 0.6, threads: 20, bytes: [1000, 2000] },
  { name: 'channel_soak', share: 0.35, threads: 10, bytes: [1000, 2000] },
  // The sizes of the interop suite.
  { name: 'rpc_soak', share: 0.05, threads: 5, bytes: [271_828, 314_159] },
];

const found = await grpcGo();

t.test(`${CALLS} interop calls`, { skip: typeof found === 'string' ? found : false, timeout: 1_200_000 }, async (t) => {
  const programs = found as Programs;
  const server = await startServer(programs);
  t.teardown(() => server.stop());
  const near = await startChild(KIND, hop(server.port));
  t.teardown(() => near.stop());
  const far = await startChild(KIND, hop(near.ports.get('in') as number));
  t.teardown(() => far.stop());
  const started = performance.now();
  let calls = 0;
  for (const { name, share, threads, bytes } of RUNS) {
    // Each thread makes the same number of calls.
    const iterations = Math.round((CALLS * share) / threads) * threads;
    const flags = {
      soak_iterations: iterations,
      soak_num_threads: threads,
      soak_request_size: bytes[0],
      soak_response_size: bytes[1],
      soak_max_failures: 0,
      soak_per_iteration_max_acceptable_latency_ms: 10_000,
      soak_overall_timeout_seconds: 600,
    };
    const args = Object.entries(flags).flatMap(([flag, value]) => [`-${flag}`, String(value)]);
    const { passed, log } = await runCase(programs, name, far.ports.get('in') as number, args, 900_000);
    t.ok(passed, `${iterations} calls of ${name}, none failed`, passed ? {} : { log: log.slice(-3000) });
    calls += iterations;
  }
  const seconds = (performance.now() - started) / 1000;
  for (const [name, proxy] of [
    ['far', far],
    ['near', near],
  ] as const) {
    const stats = new Map(
      (await proxy.admin('/stats')).body.split('\n').map((line): [string, number] => {
        const [key = '', value = ''] = line.split(': ');
        return [key, Number(value)];
      }),
    );
    const of = (stat: string) => stats.get(stat) ?? 0;
    t.equal(of('http.in.downstream_rq_total'), calls, `every call was one request to the ${name} proxy`);
    t.equal(of('http.in.downstream_rq_2xx'), calls);
    t.equal(of('cluster.app.upstream_rq_active'), 0);
    t.equal(of('cluster.app.upstream_cx_protocol_error'), 0);
    t.ok(of('cluster.app.upstream_cx_total') >= calls / UPSTREAM_STREAMS, 'upstream connections were retired');
    t.comment(
      `${name}: ${of('http.in.downstream_cx_total')} connections from clients, ${of('cluster.app.upstream_cx_total')} to the upstream`,
    );
  }
  t.comment(`${calls} calls in ${seconds.toFixed(1)} s`);
});
