/** Child of the benchmark: `autocannon.ts <plan as JSON> <port> <seconds>` prints one line of JSON. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from '../core/find.ts';
import type { LoadPlan, LoadResult } from '../model.ts';

type Report = {
  readonly requests: { readonly total: number };
  readonly latency: { readonly p50: number; readonly p99: number };
  readonly errors: number;
  readonly non2xx: number;
  readonly duration: number;
};
type Autocannon = (options: object) => Promise<Report>;

const [planText = '{}', port = '0', seconds = '1'] = process.argv.slice(2);
const plan = JSON.parse(planText) as LoadPlan;
const require = createRequire(join(ROOT, 'package.json'));
const autocannon = require('autocannon') as Autocannon;

const report = await autocannon({
  url: `http://127.0.0.1:${port}${plan.path}`,
  method: plan.method,
  connections: plan.connections,
  duration: Number(seconds),
  ...(plan.bodyBytes > 0 ? { body: Buffer.alloc(plan.bodyBytes, 'x') } : {}),
});
const result: LoadResult = {
  tool: 'autocannon',
  requests: report.requests.total,
  errors: report.errors + report.non2xx,
  seconds: report.duration,
  // Its latencies are whole milliseconds.
  p50: report.latency.p50 * 1000,
  p99: report.latency.p99 * 1000,
};
console.log(JSON.stringify(result));
