/**
 * Every case of gRPC's interop suite that the programs for Go can run without credentials, through one proxy and through two in a row.
 * (`pick_first_unary` wants to be told by several servers which they are, and the server for Go does not tell.)
 */
import t from 'tap';
import { oneHop } from '../support/http2-bootstrap.ts';
import { startProxy } from '../support/proxy.ts';
import { grpcGo, type Programs, runCase, startServer } from './grpc-go.ts';

const CASES = [
  'empty_unary',
  'large_unary',
  'client_streaming',
  'server_streaming',
  'ping_pong',
  'empty_stream',
  'timeout_on_sleeping_server',
  'cancel_after_begin',
  'cancel_after_first_response',
  'status_code_and_message',
  'special_status_message',
  'custom_metadata',
  'unimplemented_method',
  'unimplemented_service',
  // Out-of-band and per-call load reports, which come as messages and as trailers.
  'orca_per_rpc',
  'orca_oob',
];

/** Without it the client does not look at load reports. */
const ORCA = ['-service_config_json', '{"loadBalancingConfig":[{"test_backend_metrics_load_balancer":{}}]}'];

/** Few and small: the long run is test/soak/grpc-interop.ts. */
const SOAK = ['-soak_iterations', '30', '-soak_num_threads', '3', '-soak_overall_timeout_seconds', '60'];

// Building the programs takes its time, once.
t.setTimeout(600_000);
const found = await grpcGo();

t.test('the interop cases of gRPC for Go pass', { skip: typeof found === 'string' ? found : false, timeout: 300_000 }, async (t) => {
  const programs = found as Programs;
  const server = await startServer(programs);
  t.teardown(() => server.stop());
  const near = await startProxy(oneHop('h2', server.port));
  t.teardown(() => near.stop());
  const far = await startProxy(oneHop('h2', near.port()));
  t.teardown(() => far.stop());
  for (const [way, port] of [
    ['one proxy', near.port()],
    ['two proxies', far.port()],
  ] as const) {
    for (const name of CASES) {
      const { passed, log } = await runCase(programs, name, port, name.startsWith('orca') ? ORCA : []);
      t.ok(passed, `${name} through ${way}`, passed ? {} : { log });
    }
    for (const name of ['rpc_soak', 'channel_soak']) {
      const { passed, log } = await runCase(programs, name, port, SOAK);
      t.ok(passed, `${name} through ${way}`, passed ? {} : { log: log.slice(-2000) });
    }
  }
  t.equal(near.stat('cluster.app.upstream_cx_protocol_error'), 0);
  t.equal(near.stat('http.in.downstream_rq_active'), 0);
});
