import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pinned } from '../core/machine.ts';
import { collect } from '../core/process.ts';
import type { LoadPlan, LoadResult } from '../model.ts';

/** The script that wrk runs: sets the request, prints one line of JSON at the end. Latencies are in µs there. */
export function wrkScript(plan: LoadPlan): string {
  return [
    `wrk.method = "${plan.method}"`,
    plan.bodyBytes > 0 ? `wrk.body = string.rep("x", ${plan.bodyBytes})` : '',
    'done = function(summary, latency)',
    '  local e = summary.errors',
    '  io.write(string.format(\'\\nRESULT {"requests":%d,"errors":%d,"micros":%d,"p50":%d,"p99":%d}\\n\', summary.requests,',
    '    e.connect + e.read + e.write + e.status + e.timeout, summary.duration, latency:percentile(50), latency:percentile(99)))',
    'end',
    '',
  ].join('\n');
}

/** Finds the line that the script printed. */
export function parseWrk(output: string): LoadResult {
  const line = /^RESULT (\{.*\})$/m.exec(output)?.[1];
  if (line === undefined) throw new Error(`wrk printed no result:\n${output}`);
  const seen = JSON.parse(line) as { requests: number; errors: number; micros: number; p50: number; p99: number };
  return { tool: 'wrk', requests: seen.requests, errors: seen.errors, seconds: seen.micros / 1e6, p50: seen.p50, p99: seen.p99 };
}

/** Closed loop over HTTP/1.1 with one thread. */
export async function runWrk(
  command: string,
  plan: LoadPlan,
  port: number,
  seconds: number,
  cores: string | null,
  folder: string,
): Promise<LoadResult> {
  const script = join(folder, 'load.lua');
  writeFileSync(script, wrkScript(plan));
  const args = ['-t1', `-c${plan.connections}`, `-d${seconds}s`, '-s', script, `http://127.0.0.1:${port}${plan.path}`];
  return parseWrk(await collect(pinned([command, ...args], cores), folder));
}
